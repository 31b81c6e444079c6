import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import { USERS_AT_MOST } from '../../../src/identity/iam/users.ts';
import type { TestBerth } from '../../berth.ts';
import { account, role, session, user } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { refused } from '../client.ts';
import { allows, iamClient } from './client.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly';

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
});

describe('a user', () => {
  test('is made with all that was asked for, and read as he was made', async () => {
    const wanted = {
      UserName: 'Alice',
      Path: '/teams/red/',
      PermissionsBoundary: READ_ONLY,
      Tags: [
        { Key: 'Team', Value: 'red' },
        { Key: 'empty', Value: '' },
      ],
    };

    const { User: made } = await iam.createUser(wanted);
    const { User: read } = await iam.getUser({ UserName: 'alice' });

    expect(made).toMatchObject({
      Path: '/teams/red/',
      UserName: 'Alice',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${berth.registry.account}:user/teams/red/Alice`,
      CreateDate: new Date(Math.floor(berth.world.clock.now().getTime() / 1_000) * 1_000),
      PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: READ_ONLY },
    });
    expect(made?.Tags).toHaveLength(2);
    expect(read).toEqual(made);
  });

  test('has a name that nobody else has in the account, whatever its case', async () => {
    await iam.createUser({ UserName: 'Alice' });
    const other = await account(berth);

    await expect(iam.createUser({ UserName: 'aLICE' })).rejects.toEqual(
      refused('EntityAlreadyExistsException', 'User with name aLICE already exists.'),
    );
    await expect(iamClient(berth, other).createUser({ UserName: 'alice' })).resolves.toBeDefined();
  });

  test('is one of his name also when many are made at once', async () => {
    const made = await Promise.allSettled(['eve', 'EVE', 'Eve', 'eVe'].map((UserName) => iam.createUser({ UserName })));

    expect(made.filter((it) => it.status === 'fulfilled')).toHaveLength(1);
    expect(made.filter((it) => it.status === 'rejected').map((it) => it.reason.name)).toEqual(
      Array(3).fill('EntityAlreadyExistsException'),
    );
  });

  test('is not to be had with a wrong name, a boundary that is none, or tags that are twice the same', async () => {
    const tags = [
      { Key: 'a', Value: '1' },
      { Key: 'A', Value: '2' },
    ];

    await expect(iam.createUser({ UserName: 'a/b' })).rejects.toMatchObject({
      name: 'ValidationError',
      $metadata: { httpStatusCode: 400 },
    });
    await expect(iam.createUser({ UserName: 'a'.repeat(65) })).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(iam.createUser({ UserName: 'a', Path: 'x' })).rejects.toMatchObject({ name: 'ValidationError' });
    const none = `arn:aws:iam::${berth.registry.account}:policy/none`;
    await expect(iam.createUser({ UserName: 'a', PermissionsBoundary: none })).rejects.toEqual(
      refused('NoSuchEntityException', `Policy ${none} does not exist or is not attachable.`),
    );
    await expect(iam.createUser({ UserName: 'a', Tags: tags })).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
    expect((await iam.listUsers({})).Users).toEqual([]);
  });

  test('keeps his id, keys and policies under another name and path', async () => {
    await iam.createUser({ UserName: 'old', Path: '/a/' });
    const { User: before } = await iam.getUser({ UserName: 'old' });
    const { AccessKey: key } = await iam.createAccessKey({ UserName: 'old' });
    await iam.putUserPolicy({ UserName: 'old', PolicyName: 'p', PolicyDocument: allows('iam:GetUser') });
    const own = iamClient(berth, { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' });

    await iam.updateUser({ UserName: 'old', NewUserName: 'new', NewPath: '/b/' });

    const { User: after } = await own.getUser({});
    expect(after).toEqual({
      ...before,
      UserName: 'new',
      Path: '/b/',
      Arn: `arn:aws:iam::${berth.registry.account}:user/b/new`,
    });
    await expect(iam.getUser({ UserName: 'old' })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  test('does not take the name of another, but may change the case of his own', async () => {
    await iam.createUser({ UserName: 'a' });
    await iam.createUser({ UserName: 'b' });

    await expect(iam.updateUser({ UserName: 'b', NewUserName: 'A' })).rejects.toEqual(
      refused('EntityAlreadyExistsException', 'User with name a already exists.'),
    );
    await iam.updateUser({ UserName: 'b', NewUserName: 'B' });
    expect((await iam.listUsers({})).Users?.map((it) => it.UserName)).toEqual(['a', 'B']);
  });

  test('inherits nothing from a namesake who was deleted', async () => {
    await iam.createUser({ UserName: 'eve', Tags: [{ Key: 'k', Value: 'v' }] });
    const { User: first } = await iam.getUser({ UserName: 'eve' });
    await iam.deleteUser({ UserName: 'eve' });
    await iam.createUser({ UserName: 'eve' });

    const { User: second } = await iam.getUser({ UserName: 'eve' });

    expect(second?.UserId).not.toBe(first?.UserId);
    expect(second?.Tags).toBeUndefined();
  });

  test('is deleted once nothing hangs on him any more, and says what does', async () => {
    await iam.createUser({ UserName: 'u' });
    await iam.createGroup({ GroupName: 'g' });
    await iam.addUserToGroup({ GroupName: 'g', UserName: 'u' });
    const { AccessKey: key } = await iam.createAccessKey({ UserName: 'u' });
    await iam.createLoginProfile({ UserName: 'u', Password: 'Secret-words-1' });
    await iam.attachUserPolicy({ UserName: 'u', PolicyArn: READ_ONLY });
    await iam.putUserPolicy({ UserName: 'u', PolicyName: 'p', PolicyDocument: allows('ecr:*') });
    const conflict = (what: string) => refused('DeleteConflictException', `Cannot delete entity, ${what}.`);
    const deleteUser = () => iam.deleteUser({ UserName: 'u' });

    await expect(deleteUser()).rejects.toEqual(conflict('must remove users from group first'));
    await iam.removeUserFromGroup({ GroupName: 'g', UserName: 'u' });
    await expect(deleteUser()).rejects.toEqual(conflict('must delete access keys first'));
    await iam.deleteAccessKey({ UserName: 'u', AccessKeyId: key?.AccessKeyId });
    await expect(deleteUser()).rejects.toEqual(conflict('must delete login profile first'));
    await iam.deleteLoginProfile({ UserName: 'u' });
    await expect(deleteUser()).rejects.toEqual(conflict('must detach all policies first'));
    await iam.detachUserPolicy({ UserName: 'u', PolicyArn: READ_ONLY });
    await expect(deleteUser()).rejects.toEqual(conflict('must delete policies first'));
    await iam.deleteUserPolicy({ UserName: 'u', PolicyName: 'p' });
    await deleteUser();

    await expect(deleteUser()).rejects.toEqual(
      refused('NoSuchEntityException', 'The user with name u cannot be found.'),
    );
  });

  test(`is one of ${USERS_AT_MOST} at most`, async () => {
    const { metadata } = berth.world;
    await metadata.write(async (tx) => {
      for (let at = 0; at < USERS_AT_MOST; at += 500) {
        const rows = Array.from({ length: 500 }, (_, i) => ({
          user_id: `AIDA${at + i}`,
          account: berth.registry.account,
          name: `u${at + i}`,
          name_key: `u${at + i}`,
          path: '/',
          created_at: 0,
          boundary_arn: null,
          token_epoch: 1,
          password_last_used: null,
        }));
        await tx.insertInto('iam_users').values(rows).execute();
      }
    });

    await expect(iam.createUser({ UserName: 'one-more' })).rejects.toEqual(
      refused('LimitExceededException', 'Cannot exceed quota for UsersPerAccount: 5000'),
    );
    await iam.deleteUser({ UserName: 'u7' });
    await iam.createUser({ UserName: 'one-more' });
  });
});

describe('GetUser without a name', () => {
  test('is about the user who asks', async () => {
    const { AccessKey: key } = await iam
      .createUser({ UserName: 'me' })
      .then(() => iam.createAccessKey({ UserName: 'me' }));
    await iam.putUserPolicy({ UserName: 'me', PolicyName: 'p', PolicyDocument: allows('iam:GetUser') });
    const own = iamClient(berth, { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' });

    expect((await own.getUser({})).User?.UserName).toBe('me');
  });

  test('is about the root who asks, who has neither name nor path', async () => {
    const { User } = await iam.getUser({});

    expect(User).toEqual({
      UserId: berth.registry.account,
      Arn: `arn:aws:iam::${berth.registry.account}:root`,
      CreateDate: expect.any(Date),
    });
  });

  test('is about nobody when a session asks', async () => {
    const admin = await role(berth, { policies: ['arn:aws:iam::aws:policy/AdministratorAccess'] });

    await expect(iamClient(berth, session(berth, admin)).getUser({})).rejects.toEqual(
      refused('ValidationError', 'Must specify userName when calling with non-User credentials'),
    );
  });
});

describe('the list of users', () => {
  test('comes in pages by name, without case, of those under a path', async () => {
    for (const [name, path] of [
      ['b', '/x/'],
      ['A', '/x/'],
      ['c', '/y/'],
      ['D', '/x/y/'],
    ] as const) {
      await iam.createUser({ UserName: name, Path: path, Tags: [{ Key: 'k', Value: 'v' }] });
    }

    const first = await iam.listUsers({ PathPrefix: '/x', MaxItems: 2 });
    const second = await iam.listUsers({ PathPrefix: '/x', MaxItems: 2, Marker: first.Marker });

    expect(first.Users?.map((it) => it.UserName)).toEqual(['A', 'b']);
    expect(first.IsTruncated).toBe(true);
    expect(first.Users?.[0]).not.toHaveProperty('Tags');
    expect(second.Users?.map((it) => it.UserName)).toEqual(['D']);
    expect(second).toMatchObject({ IsTruncated: false });
    expect(second.Marker).toBeUndefined();
    await expect(iam.listUsers({ PathPrefix: '/y', Marker: first.Marker })).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await expect(
      iamClient(berth, await account(berth)).listUsers({ PathPrefix: '/x', Marker: first.Marker }),
    ).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('tags of a user', () => {
  test('are added, changed without case, listed by key and taken away', async () => {
    await iam.createUser({ UserName: 'u', Tags: [{ Key: 'Team', Value: 'red' }] });

    await iam.tagUser({
      UserName: 'u',
      Tags: [
        { Key: 'TEAM', Value: 'blue' },
        { Key: 'cost', Value: '1' },
      ],
    });

    expect((await iam.listUserTags({ UserName: 'u' })).Tags).toEqual([
      { Key: 'cost', Value: '1' },
      { Key: 'TEAM', Value: 'blue' },
    ]);
    await iam.untagUser({ UserName: 'u', TagKeys: ['team', 'unknown'] });
    expect((await iam.listUserTags({ UserName: 'u' })).Tags).toEqual([{ Key: 'cost', Value: '1' }]);
    const many = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: '' }));
    await expect(iam.tagUser({ UserName: 'u', Tags: many })).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});

describe('who may change users', () => {
  test('is asked about the name before and the name after', async () => {
    await iam.createUser({ UserName: 'old' });
    const mover = await user(berth, {
      policies: [
        {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'iam:UpdateUser', Resource: `arn:aws:iam::${berth.registry.account}:user/old` },
          ],
        },
      ],
    });

    await expect(iamClient(berth, mover).updateUser({ UserName: 'old', NewUserName: 'new' })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`on resource: arn:aws:iam::${berth.registry.account}:user/new`),
    });
  });

  test('needs to be allowed to tag as well where a user is made with tags', async () => {
    const maker = iamClient(berth, await user(berth, { policies: [JSON.parse(allows('iam:CreateUser'))] }));

    await maker.createUser({ UserName: 'plain' });
    await expect(maker.createUser({ UserName: 'x', Tags: [{ Key: 'k', Value: 'v' }] })).rejects.toMatchObject({
      message: expect.stringContaining('not authorized to perform: iam:TagUser'),
    });
  });
});
