import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import { emptyRole } from '../../../src/identity/iam/roles.ts';
import type { TestBerth } from '../../berth.ts';
import { account, user } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { refused } from '../client.ts';
import { allows, iamClient, policy, trusts } from './client.ts';

const EC2 = trusts({ Service: 'ec2.amazonaws.com' });
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly';

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
});

describe('a role', () => {
  test('is made with all that was asked for, and read as it was made', async () => {
    const wanted = {
      RoleName: 'Builder',
      Path: '/ci/',
      AssumeRolePolicyDocument: EC2,
      Description: 'builds',
      MaxSessionDuration: 7_200,
      PermissionsBoundary: READ_ONLY,
      Tags: [
        { Key: 'Team', Value: 'red' },
        { Key: 'empty', Value: '' },
      ],
    };

    const { Role: made } = await iam.createRole(wanted);
    const { Role: read } = await iam.getRole({ RoleName: 'builder' });

    expect(made).toMatchObject({
      Path: '/ci/',
      RoleName: 'Builder',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${berth.registry.account}:role/ci/Builder`,
      Description: 'builds',
      MaxSessionDuration: 7_200,
      PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: READ_ONLY },
      Tags: [
        { Key: 'empty', Value: '' },
        { Key: 'Team', Value: 'red' },
      ],
    });
    expect(decodeURIComponent(made?.AssumeRolePolicyDocument ?? '')).toBe(EC2);
    expect(read).toEqual(made);
    expect(read?.RoleLastUsed).toEqual({});
  });

  test('has the path / and sessions of an hour when nothing is said, and may have an empty description', async () => {
    const { Role } = await iam.createRole({ RoleName: 'plain', AssumeRolePolicyDocument: EC2, Description: '' });

    expect(Role).toMatchObject({
      Path: '/',
      MaxSessionDuration: 3_600,
      Arn: `arn:aws:iam::${berth.registry.account}:role/plain`,
    });
    expect(Role).not.toHaveProperty('Tags');
  });

  test('is the only one of its name, whatever its case and path', async () => {
    await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: EC2 });

    await expect(iam.createRole({ RoleName: 'APP', Path: '/x/', AssumeRolePolicyDocument: EC2 })).rejects.toEqual(
      refused('EntityAlreadyExistsException', 'Role with name APP already exists.'),
    );
  });

  test('is not made on the path of service-linked roles', async () => {
    const wanted = { RoleName: 'x', Path: '/aws-service-role/ecr.amazonaws.com/', AssumeRolePolicyDocument: EC2 };

    await expect(iam.createRole(wanted)).rejects.toEqual(refused('InvalidInputException', /reserved/));
  });

  test('that is not there is not found by any operation', async () => {
    const missing = refused('NoSuchEntityException', 'The role with name none cannot be found.');
    const RoleName = 'none';

    await expect(iam.getRole({ RoleName })).rejects.toEqual(missing);
    await expect(iam.updateRole({ RoleName })).rejects.toEqual(missing);
    await expect(iam.updateRoleDescription({ RoleName, Description: 'x' })).rejects.toEqual(missing);
    await expect(iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: EC2 })).rejects.toEqual(missing);
    await expect(iam.deleteRole({ RoleName })).rejects.toEqual(missing);
    await expect(iam.listRoleTags({ RoleName })).rejects.toEqual(missing);
    await expect(iam.tagRole({ RoleName, Tags: [] })).rejects.toEqual(missing);
    await expect(iam.untagRole({ RoleName, TagKeys: [] })).rejects.toEqual(missing);
    await expect(iam.listInstanceProfilesForRole({ RoleName })).rejects.toEqual(missing);
  });

  test('changes what is given and nothing else', async () => {
    await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: EC2, Description: 'one' });

    await iam.updateRole({ RoleName: 'app', MaxSessionDuration: 43_200 });
    const { Role: described } = await iam.updateRoleDescription({ RoleName: 'app', Description: 'two' });
    await iam.updateAssumeRolePolicy({ RoleName: 'app', PolicyDocument: trusts({ AWS: berth.registry.account }) });

    expect(described).toMatchObject({ Description: 'two', MaxSessionDuration: 43_200 });
    const { Role } = await iam.getRole({ RoleName: 'app' });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trusts({ AWS: berth.registry.account }));
  });

  test('is one of a thousand at most', async () => {
    await berth.world.metadata.write(async (tx) => {
      const rows = Array.from({ length: 1_000 }, (_, at) =>
        emptyRole(berth.world, berth.registry.account, { name: `r${at}`, path: '/' }),
      );
      for (let at = 0; at < rows.length; at += 50) {
        await tx
          .insertInto('iam_roles')
          .values(rows.slice(at, at + 50))
          .execute();
      }
    });

    await expect(iam.createRole({ RoleName: 'one-more', AssumeRolePolicyDocument: EC2 })).rejects.toEqual(
      refused('LimitExceededException', 'Cannot exceed quota for RolesPerAccount: 1000'),
    );
    await iam.deleteRole({ RoleName: 'r7' });
    await iam.createRole({ RoleName: 'one-more', AssumeRolePolicyDocument: EC2 });
  });
});

describe('ListRoles', () => {
  test('pages by name through what lies under the prefix, without tags, and its marker is for that list alone', async () => {
    const paths = { a: '/x/', B: '/x/y/', c: '/xy/', d: '/x/', E: '/' };
    for (const [RoleName, Path] of Object.entries(paths)) {
      const Tags = [{ Key: 'k', Value: 'v' }];
      await iam.createRole({ RoleName, Path, AssumeRolePolicyDocument: EC2, Tags });
    }

    const first = await iam.listRoles({ PathPrefix: '/x/', MaxItems: 2 });
    const second = await iam.listRoles({ PathPrefix: '/x/', MaxItems: 2, Marker: first.Marker });
    const all = await iam.listRoles();

    expect(first.Roles?.map((it) => it.RoleName)).toEqual(['a', 'B']);
    expect(first.IsTruncated).toBe(true);
    expect(first.Roles?.[0]).not.toHaveProperty('Tags');
    expect(second.Roles?.map((it) => it.RoleName)).toEqual(['d']);
    expect(second.IsTruncated).toBe(false);
    expect(second.Marker).toBeUndefined();
    expect(all.Roles?.map((it) => it.RoleName)).toEqual(['a', 'B', 'c', 'd', 'E']);
    const { Marker = '' } = first;
    const wrong = refused('ValidationError', /Invalid Marker/);
    await expect(iam.listRoles({ Marker })).rejects.toEqual(wrong);
    await expect(iam.listInstanceProfiles({ PathPrefix: '/x/', Marker })).rejects.toEqual(wrong);
    await expect(iam.listRoles({ PathPrefix: '/x/', Marker: `${Marker}A` })).rejects.toEqual(wrong);
    const other = iamClient(berth, await account(berth));
    await expect(other.listRoles({ PathPrefix: '/x/', Marker })).rejects.toEqual(wrong);
  });

  test('shows another account nothing', async () => {
    await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: EC2 });
    const other = iamClient(berth, await account(berth));

    expect((await other.listRoles()).Roles).toEqual([]);
    await expect(other.getRole({ RoleName: 'app' })).rejects.toEqual(
      refused('NoSuchEntityException', 'The role with name app cannot be found.'),
    );
  });
});

describe('the trust policy', () => {
  const create = (document: string) => iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: document });

  test('of 2048 characters without white space is the longest', async () => {
    const room = 2_048 - trusts({ AWS: '*' }, { StringEquals: { 'sts:ExternalId': '' } }).length;
    const ofId = (id: string) => trusts({ AWS: '*' }, { StringEquals: { 'sts:ExternalId': id } });
    const spaced = JSON.stringify(JSON.parse(ofId('x'.repeat(room))), null, 4);

    await create(spaced);

    const tooLong = refused('LimitExceededException', 'Cannot exceed quota for ACLSizePerRole: 2048');
    const document = ofId('x'.repeat(room + 1));
    await expect(create(document)).rejects.toEqual(tooLong);
    await expect(iam.updateAssumeRolePolicy({ RoleName: 'app', PolicyDocument: document })).rejects.toEqual(tooLong);
  });

  test('is refused in IAM’s words', async () => {
    const malformed = (text: string | RegExp) => refused('MalformedPolicyDocumentException', text);
    const nobody = `arn:aws:iam::${berth.registry.account}:user/nobody`;

    await expect(create('{')).rejects.toEqual(malformed(/JSON|Json/));
    await expect(create(allows('sts:AssumeRole'))).rejects.toEqual(malformed('Missing required field Principal'));
    const placed = policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Resource: '*' });
    await expect(create(placed)).rejects.toEqual(malformed('Has prohibited field Resource'));
    await expect(create(trusts({ AWS: nobody }))).rejects.toEqual(
      malformed(`Invalid principal in policy: "AWS":"${nobody}"`),
    );
    await expect(create(policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:*' }))).rejects.toEqual(
      malformed('AssumeRole policy may only specify STS AssumeRole actions.'),
    );
  });

  test('names people by what they are: who is gone is shown by his id, and a namesake is not meant', async () => {
    const alice = await user(berth, { name: 'alice', path: '/dev/' });
    await create(trusts({ AWS: alice.arn }));

    await berth.world.metadata.write(async (tx) => {
      await tx.deleteFrom('access_keys').where('owner_id', '=', alice.id).execute();
      await tx.deleteFrom('iam_users').where('user_id', '=', alice.id).execute();
    });
    await user(berth, { name: 'alice', path: '/dev/' });

    const { Role } = await iam.getRole({ RoleName: 'app' });
    const shown = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''));
    expect(shown.Statement[0].Principal).toEqual({ AWS: alice.id });
  });

  test('asks an issuer that signs for everybody for whom it speaks', async () => {
    const github = 'token.actions.githubusercontent.com';
    const { OpenIDConnectProviderArn: Federated = '' } = await iam.createOpenIDConnectProvider({
      Url: `https://${github}`,
      ClientIDList: ['sts.amazonaws.com'],
    });
    const open = refused('MalformedPolicyDocumentException', new RegExp(`condition on ${github}:sub`));

    await expect(create(trusts({ Federated }))).rejects.toEqual(open);
    await expect(create(trusts({ Federated }, { StringLike: { [`${github}:sub`]: '*' } }))).rejects.toEqual(open);
    await create(trusts({ Federated }, { StringLike: { [`${github}:sub`]: 'repo:acme/*' } }));
    await expect(
      iam.updateAssumeRolePolicy({ RoleName: 'app', PolicyDocument: trusts({ Federated }) }),
    ).rejects.toEqual(open);
  });
});

describe('DeleteRole', () => {
  test('says what must go first, and takes tags with it', async () => {
    const RoleName = 'app';
    await iam.createRole({ RoleName, AssumeRolePolicyDocument: EC2, Tags: [{ Key: 'k', Value: 'v' }] });
    await iam.attachRolePolicy({ RoleName, PolicyArn: READ_ONLY });
    await iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument: allows('ecr:*') });
    await iam.createInstanceProfile({ InstanceProfileName: 'ip' });
    await iam.addRoleToInstanceProfile({ InstanceProfileName: 'ip', RoleName });
    const conflict = (text: string) => refused('DeleteConflictException', text);

    await expect(iam.deleteRole({ RoleName })).rejects.toEqual(
      conflict('Cannot delete entity, must detach all policies first.'),
    );
    await iam.detachRolePolicy({ RoleName, PolicyArn: READ_ONLY });
    await expect(iam.deleteRole({ RoleName })).rejects.toEqual(
      conflict('Cannot delete entity, must delete policies first.'),
    );
    await iam.deleteRolePolicy({ RoleName, PolicyName: 'p' });
    await expect(iam.deleteRole({ RoleName })).rejects.toEqual(
      conflict('Cannot delete entity, must remove roles from instance profile first.'),
    );
    await iam.removeRoleFromInstanceProfile({ InstanceProfileName: 'ip', RoleName });
    await iam.deleteRole({ RoleName });

    await iam.createRole({ RoleName, AssumeRolePolicyDocument: EC2 });
    expect((await iam.listRoleTags({ RoleName })).Tags).toEqual([]);
  });
});
