import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import { GROUPS_AT_MOST, GROUPS_PER_USER } from '../../../src/identity/iam/groups.ts';
import type { TestBerth } from '../../berth.ts';
import { user } from '../../identity.ts';
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

describe('a group', () => {
  test('is made, read, moved and listed', async () => {
    const { Group: made } = await iam.createGroup({ GroupName: 'Devs', Path: '/a/' });
    await iam.createGroup({ GroupName: 'admins' });

    expect(made).toMatchObject({
      GroupName: 'Devs',
      Path: '/a/',
      GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${berth.registry.account}:group/a/Devs`,
    });
    expect(await iam.getGroup({ GroupName: 'devs' })).toMatchObject({ Group: made, Users: [], IsTruncated: false });
    await iam.updateGroup({ GroupName: 'Devs', NewGroupName: 'Team', NewPath: '/b/' });
    expect((await iam.listGroups({})).Groups).toMatchObject([
      { GroupName: 'admins' },
      { GroupName: 'Team', Path: '/b/', GroupId: made?.GroupId },
    ]);
    expect((await iam.listGroups({ PathPrefix: '/b/' })).Groups).toHaveLength(1);
  });

  test('has a name of its own, whatever its case', async () => {
    await iam.createGroup({ GroupName: 'a' });
    await iam.createGroup({ GroupName: 'b' });
    const taken = refused('EntityAlreadyExistsException', 'Group with name a already exists.');

    await expect(iam.createGroup({ GroupName: 'A' })).rejects.toEqual(
      refused('EntityAlreadyExistsException', 'Group with name A already exists.'),
    );
    await expect(iam.updateGroup({ GroupName: 'b', NewGroupName: 'A' })).rejects.toEqual(taken);
  });

  test('is deleted once it has neither members nor policies', async () => {
    await iam.createUser({ UserName: 'u' });
    await iam.createGroup({ GroupName: 'g' });
    await iam.addUserToGroup({ GroupName: 'g', UserName: 'u' });
    await iam.attachGroupPolicy({ GroupName: 'g', PolicyArn: READ_ONLY });
    await iam.putGroupPolicy({ GroupName: 'g', PolicyName: 'p', PolicyDocument: allows('ecr:*') });
    const conflict = (what: string) => refused('DeleteConflictException', `Cannot delete entity, ${what}.`);
    const deleteGroup = () => iam.deleteGroup({ GroupName: 'g' });

    await expect(deleteGroup()).rejects.toEqual(conflict('must remove users from group first'));
    await iam.removeUserFromGroup({ GroupName: 'g', UserName: 'u' });
    await expect(deleteGroup()).rejects.toEqual(conflict('must detach all policies first'));
    await iam.detachGroupPolicy({ GroupName: 'g', PolicyArn: READ_ONLY });
    await expect(deleteGroup()).rejects.toEqual(conflict('must delete policies first'));
    await iam.deleteGroupPolicy({ GroupName: 'g', PolicyName: 'p' });
    await deleteGroup();

    await expect(deleteGroup()).rejects.toEqual(
      refused('NoSuchEntityException', 'The group with name g cannot be found.'),
    );
  });

  test(`is one of ${GROUPS_AT_MOST} at most`, async () => {
    await berth.world.metadata.write(async (tx) => {
      const rows = Array.from({ length: GROUPS_AT_MOST }, (_, i) => ({
        group_id: `AGPA${i}`,
        account: berth.registry.account,
        name: `g${i}`,
        name_key: `g${i}`,
        path: '/',
        created_at: 0,
      }));
      await tx.insertInto('iam_groups').values(rows).execute();
    });

    await expect(iam.createGroup({ GroupName: 'one-more' })).rejects.toEqual(
      refused('LimitExceededException', 'Cannot exceed quota for GroupsPerAccount: 300'),
    );
  });
});

describe('members of a group', () => {
  test('are added once, shown in pages by name, and taken away', async () => {
    await iam.createGroup({ GroupName: 'g' });
    for (const name of ['b', 'A', 'c']) {
      await iam.createUser({ UserName: name });
      await iam.addUserToGroup({ GroupName: 'g', UserName: name });
      await iam.addUserToGroup({ GroupName: 'g', UserName: name });
    }

    const first = await iam.getGroup({ GroupName: 'g', MaxItems: 2 });
    const second = await iam.getGroup({ GroupName: 'g', MaxItems: 2, Marker: first.Marker });

    expect([...(first.Users ?? []), ...(second.Users ?? [])].map((it) => it.UserName)).toEqual(['A', 'b', 'c']);
    expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
    await iam.removeUserFromGroup({ GroupName: 'g', UserName: 'b' });
    expect((await iam.getGroup({ GroupName: 'g' })).Users?.map((it) => it.UserName)).toEqual(['A', 'c']);
    await expect(iam.removeUserFromGroup({ GroupName: 'g', UserName: 'b' })).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  test(`are in ${GROUPS_PER_USER} groups at most`, async () => {
    await iam.createUser({ UserName: 'u' });
    for (let i = 0; i <= GROUPS_PER_USER; i++) await iam.createGroup({ GroupName: `g${i}` });
    for (let i = 0; i < GROUPS_PER_USER; i++) await iam.addUserToGroup({ GroupName: `g${i}`, UserName: 'u' });

    await expect(iam.addUserToGroup({ GroupName: 'g10', UserName: 'u' })).rejects.toEqual(
      refused('LimitExceededException', 'Cannot exceed quota for GroupsPerUser: 10'),
    );
    await iam.addUserToGroup({ GroupName: 'g3', UserName: 'u' });
    const { Groups, IsTruncated } = await iam.listGroupsForUser({ UserName: 'u', MaxItems: 4 });
    expect(Groups?.map((it) => it.GroupName)).toEqual(['g0', 'g1', 'g2', 'g3']);
    expect(IsTruncated).toBe(true);
  });

  test('may what the group may from the next call on, and no longer than they are in it', async () => {
    const member = await user(berth, { name: 'u' });
    const own = iamClient(berth, member);
    await iam.createGroup({ GroupName: 'readers' });
    await iam.putGroupPolicy({ GroupName: 'readers', PolicyName: 'p', PolicyDocument: allows('iam:ListUsers') });

    await expect(own.listUsers({})).rejects.toMatchObject({ name: 'AccessDenied' });
    await iam.addUserToGroup({ GroupName: 'readers', UserName: 'u' });
    await expect(own.listUsers({})).resolves.toBeDefined();
    await iam.removeUserFromGroup({ GroupName: 'readers', UserName: 'u' });
    await expect(own.listUsers({})).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
