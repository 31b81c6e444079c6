import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { user } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { refused } from '../client.ts';
import { allows, iamClient, policy, trusts } from './client.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly';
const POWER_USER = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser';
const OF_SERVICE = 'arn:aws:iam::aws:policy/aws-service-role/ECRReplicationServiceRolePolicy';
const EC2 = trusts({ Service: 'ec2.amazonaws.com' });

const shared = sharedBerth();
let berth: TestBerth;
let nobodyArn: string;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  nobodyArn = `arn:aws:iam::${berth.registry.account}:policy/nobody`;
  iam = iamClient(berth);
  await user(berth, { name: 'alice' });
  await iam.createGroup({ GroupName: 'devs' });
  await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: EC2 });
});

/** The same calls for the three kinds of entities. */
const KINDS = {
  user: {
    attach: (PolicyArn: string, UserName = 'alice') => iam.attachUserPolicy({ UserName, PolicyArn }),
    detach: (PolicyArn: string, UserName = 'alice') => iam.detachUserPolicy({ UserName, PolicyArn }),
    attached: (more: object = {}) => iam.listAttachedUserPolicies({ UserName: 'alice', ...more }),
    put: (PolicyName: string, PolicyDocument: string, UserName = 'alice') =>
      iam.putUserPolicy({ UserName, PolicyName, PolicyDocument }),
    get: (PolicyName: string, UserName = 'ALICE') => iam.getUserPolicy({ UserName, PolicyName }),
    remove: (PolicyName: string, UserName = 'alice') => iam.deleteUserPolicy({ UserName, PolicyName }),
    list: (more: object = {}) => iam.listUserPolicies({ UserName: 'alice', ...more }),
    name: { UserName: 'alice' },
    quota: 'PoliciesPerUser',
    inline: 2_048,
  },
  group: {
    attach: (PolicyArn: string, GroupName = 'devs') => iam.attachGroupPolicy({ GroupName, PolicyArn }),
    detach: (PolicyArn: string, GroupName = 'devs') => iam.detachGroupPolicy({ GroupName, PolicyArn }),
    attached: (more: object = {}) => iam.listAttachedGroupPolicies({ GroupName: 'devs', ...more }),
    put: (PolicyName: string, PolicyDocument: string, GroupName = 'devs') =>
      iam.putGroupPolicy({ GroupName, PolicyName, PolicyDocument }),
    get: (PolicyName: string, GroupName = 'DEVS') => iam.getGroupPolicy({ GroupName, PolicyName }),
    remove: (PolicyName: string, GroupName = 'devs') => iam.deleteGroupPolicy({ GroupName, PolicyName }),
    list: (more: object = {}) => iam.listGroupPolicies({ GroupName: 'devs', ...more }),
    name: { GroupName: 'devs' },
    quota: 'PoliciesPerGroup',
    inline: 5_120,
  },
  role: {
    attach: (PolicyArn: string, RoleName = 'app') => iam.attachRolePolicy({ RoleName, PolicyArn }),
    detach: (PolicyArn: string, RoleName = 'app') => iam.detachRolePolicy({ RoleName, PolicyArn }),
    attached: (more: object = {}) => iam.listAttachedRolePolicies({ RoleName: 'app', ...more }),
    put: (PolicyName: string, PolicyDocument: string, RoleName = 'app') =>
      iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument }),
    get: (PolicyName: string, RoleName = 'APP') => iam.getRolePolicy({ RoleName, PolicyName }),
    remove: (PolicyName: string, RoleName = 'app') => iam.deleteRolePolicy({ RoleName, PolicyName }),
    list: (more: object = {}) => iam.listRolePolicies({ RoleName: 'app', ...more }),
    name: { RoleName: 'app' },
    quota: 'PoliciesPerRole',
    inline: 10_240,
  },
};

/** A policy of so many characters. */
function sized(characters: number): string {
  const resource = (length: number) => `arn:aws:ecr:*:*:repository/${'a'.repeat(length)}`;
  const all = (...lengths: readonly number[]) =>
    policy({ Effect: 'Allow', Action: 'ecr:*', Resource: lengths.map(resource) });
  const even = Array.from({ length: 6 }, () => Math.floor((characters - all(0, 0, 0, 0, 0, 0).length) / 6));
  const rest = characters - all(...even).length;
  return all(...even.slice(1), (even[0] ?? 0) + rest);
}

describe.each(['user', 'group', 'role'] as const)('policies on a %s', (kind) => {
  const on = KINDS[kind];
  const notFound = (name: string) => refused('NoSuchEntityException', `The ${kind} with name ${name} cannot be found.`);

  test('are attached once, listed by name, and detached', async () => {
    await iam.createPolicy({ PolicyName: 'zoo', Path: '/x/', PolicyDocument: allows('ecr:*') });
    const own = `arn:aws:iam::${berth.registry.account}:policy/x/zoo`;
    await on.attach(own);
    await on.attach(READ_ONLY);
    await on.attach(READ_ONLY);

    const { AttachedPolicies, IsTruncated } = await on.attached();
    expect(AttachedPolicies).toEqual([
      { PolicyName: 'AmazonEC2ContainerRegistryReadOnly', PolicyArn: READ_ONLY },
      { PolicyName: 'zoo', PolicyArn: own },
    ]);
    expect(IsTruncated).toBe(false);
    expect((await on.attached({ PathPrefix: '/x/' })).AttachedPolicies).toHaveLength(1);
    const first = await on.attached({ MaxItems: 1 });
    const second = await on.attached({ Marker: first.Marker });
    expect(second.AttachedPolicies).toEqual([{ PolicyName: 'zoo', PolicyArn: own }]);
    const { Policy } = await iam.getPolicy({ PolicyArn: own });
    expect(Policy?.AttachmentCount).toBe(1);
    await expect(iam.deletePolicy({ PolicyArn: own })).rejects.toEqual(
      refused('DeleteConflictException', 'Cannot delete a policy attached to entities.'),
    );
    await on.detach(own);
    await iam.deletePolicy({ PolicyArn: own });
    expect((await on.attached()).AttachedPolicies).toHaveLength(1);
  });

  test('are not attached when there is no such policy or entity, nor detached', async () => {
    await expect(on.attach(nobodyArn)).rejects.toEqual(
      refused('NoSuchEntityException', `Policy ${nobodyArn} does not exist or is not attachable.`),
    );
    await expect(on.detach(nobodyArn)).rejects.toEqual(
      refused('NoSuchEntityException', `Policy ${nobodyArn} was not found.`),
    );
    await expect(on.attach('arn:aws:iam::aws:user/not-a-policy')).rejects.toEqual(
      refused('InvalidInputException', /is not valid/),
    );
    await expect(on.attach(OF_SERVICE)).rejects.toEqual(
      refused('PolicyNotAttachableException', 'Cannot attach a Service Role Policy to a Customer Role.'),
    );
    await expect(on.attach(READ_ONLY, 'none')).rejects.toEqual(notFound('none'));
    await expect(on.detach(READ_ONLY, 'none')).rejects.toEqual(notFound('none'));
  });

  test('are ten at most', async () => {
    const arns = [];
    for (let at = 0; at < 10; at++) {
      const { Policy } = await iam.createPolicy({ PolicyName: `p${at}`, PolicyDocument: allows('ecr:*') });
      arns.push(Policy?.Arn ?? '');
    }
    for (const arn of arns) await on.attach(arn);

    await expect(on.attach(POWER_USER)).rejects.toEqual(
      refused('LimitExceededException', `Cannot exceed quota for ${on.quota}: 10`),
    );
    await on.attach(arns[3] ?? '');
    expect((await on.attached()).AttachedPolicies).toHaveLength(10);
  });

  test('inside it are put, replaced, read as given, listed and deleted', async () => {
    const spaced = JSON.stringify(JSON.parse(allows('ecr:*')), null, 2);
    await on.put('b', allows('ecr:ListImages'));
    await on.put('b', spaced);
    await on.put('a', allows('kms:*'));

    const got = await on.get('b');

    expect(got).toMatchObject({ ...on.name, PolicyName: 'b' });
    expect(decodeURIComponent(got.PolicyDocument ?? '')).toBe(spaced);
    expect((await on.list()).PolicyNames).toEqual(['a', 'b']);
    const first = await on.list({ MaxItems: 1 });
    expect(first).toMatchObject({ PolicyNames: ['a'], IsTruncated: true });
    expect((await on.list({ Marker: first.Marker })).PolicyNames).toEqual(['b']);
    await on.remove('b');
    const missing = refused('NoSuchEntityException', `The ${kind} policy with name b cannot be found.`);
    await expect(on.get('b')).rejects.toEqual(missing);
    await expect(on.remove('b')).rejects.toEqual(missing);
    await expect(on.put('b', spaced, 'none')).rejects.toEqual(notFound('none'));
    await expect(on.get('b', 'none')).rejects.toEqual(notFound('none'));
    await expect(on.put('b', '{}')).rejects.toEqual(refused('MalformedPolicyDocumentException', /.+/));
  });

  test(`inside it have ${KINDS[kind].inline} characters at most together`, async () => {
    const { inline } = on;
    const half = inline / 2;
    await on.put('a', sized(half));

    await on.put('b', JSON.stringify(JSON.parse(sized(half)), null, 4));

    const entity = { user: 'user alice', group: 'group devs', role: 'role app' }[kind];
    const tooLong = refused('LimitExceededException', `Maximum policy size of ${inline} bytes exceeded for ${entity}`);
    await expect(on.put('b', sized(half + 1))).rejects.toEqual(tooLong);
    await expect(on.put('c', allows('ecr:*'))).rejects.toEqual(tooLong);
    expect((await on.list()).PolicyNames).toEqual(['a', 'b']);
  });
});

describe('a permissions boundary', () => {
  test('is put on users and roles, replaced, shown and taken off', async () => {
    await iam.putUserPermissionsBoundary({ UserName: 'alice', PermissionsBoundary: READ_ONLY });
    await iam.putUserPermissionsBoundary({ UserName: 'alice', PermissionsBoundary: POWER_USER });
    await iam.putRolePermissionsBoundary({ RoleName: 'app', PermissionsBoundary: POWER_USER });

    const { Role } = await iam.getRole({ RoleName: 'app' });
    expect(Role?.PermissionsBoundary).toEqual({
      PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
      PermissionsBoundaryArn: POWER_USER,
    });
    const { Policy } = await iam.getPolicy({ PolicyArn: POWER_USER });
    expect(Policy).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 2 });
    await iam.deleteUserPermissionsBoundary({ UserName: 'alice' });
    await iam.deleteRolePermissionsBoundary({ RoleName: 'app' });
    await expect(iam.deleteUserPermissionsBoundary({ UserName: 'alice' })).rejects.toEqual(
      refused('NoSuchEntityException', 'User alice does not have a permissions boundary.'),
    );
    expect((await iam.getRole({ RoleName: 'app' })).Role).not.toHaveProperty('PermissionsBoundary');
  });

  test('is a policy that exists, and holds it', async () => {
    const { Policy } = await iam.createPolicy({ PolicyName: 'limit', PolicyDocument: allows('ecr:*') });
    const PolicyArn = Policy?.Arn ?? '';
    await iam.putRolePermissionsBoundary({ RoleName: 'app', PermissionsBoundary: PolicyArn });

    await expect(iam.deletePolicy({ PolicyArn })).rejects.toEqual(refused('DeleteConflictException', /attached/));
    const missing = refused('NoSuchEntityException', `Policy ${nobodyArn} does not exist or is not attachable.`);
    await expect(iam.putUserPermissionsBoundary({ UserName: 'alice', PermissionsBoundary: nobodyArn })).rejects.toEqual(
      missing,
    );
    await expect(
      iam.createRole({ RoleName: 'other', AssumeRolePolicyDocument: EC2, PermissionsBoundary: nobodyArn }),
    ).rejects.toEqual(missing);
  });
});

describe('ListEntitiesForPolicy', () => {
  test('lists by kind, path and use, in pages', async () => {
    await iam.createRole({ RoleName: 'bounded', Path: '/x/', AssumeRolePolicyDocument: EC2 });
    await iam.putRolePermissionsBoundary({ RoleName: 'bounded', PermissionsBoundary: READ_ONLY });
    await iam.attachUserPolicy({ UserName: 'alice', PolicyArn: READ_ONLY });
    await iam.attachGroupPolicy({ GroupName: 'devs', PolicyArn: READ_ONLY });
    await iam.attachRolePolicy({ RoleName: 'app', PolicyArn: READ_ONLY });
    const list = async (more: Partial<Parameters<IAM['listEntitiesForPolicy']>[0]> = {}) => {
      const { PolicyGroups, PolicyUsers, PolicyRoles } = await iam.listEntitiesForPolicy({
        PolicyArn: READ_ONLY,
        ...more,
      });
      return [
        PolicyGroups?.map((it) => it.GroupName),
        PolicyUsers?.map((it) => it.UserName),
        PolicyRoles?.map((it) => it.RoleName),
      ];
    };

    expect(await list()).toEqual([['devs'], ['alice'], ['app', 'bounded']]);
    expect(await list({ EntityFilter: 'Role' })).toEqual([[], [], ['app', 'bounded']]);
    expect(await list({ EntityFilter: 'LocalManagedPolicy' })).toEqual([[], [], []]);
    expect(await list({ PolicyUsageFilter: 'PermissionsBoundary' })).toEqual([[], [], ['bounded']]);
    expect(await list({ PolicyUsageFilter: 'PermissionsPolicy' })).toEqual([['devs'], ['alice'], ['app']]);
    expect(await list({ PathPrefix: '/x/' })).toEqual([[], [], ['bounded']]);
    const { Marker } = await iam.listEntitiesForPolicy({ PolicyArn: READ_ONLY, MaxItems: 2 });
    expect(await list({ Marker })).toEqual([[], ['alice'], ['bounded']]);
    await expect(list({ PolicyArn: nobodyArn })).rejects.toEqual(
      refused('NoSuchEntityException', `Policy ${nobodyArn} was not found.`),
    );
  });
});

describe('who may change whom', () => {
  test('a delegated administrator attaches what he was told to, to those under his boundary alone', async () => {
    const may = policy(
      {
        Effect: 'Allow',
        Action: ['iam:AttachUserPolicy', 'iam:PutUserPolicy'],
        Resource: '*',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': POWER_USER } },
      },
      {
        Effect: 'Deny',
        Action: 'iam:AttachUserPolicy',
        Resource: '*',
        Condition: { ArnNotEquals: { 'iam:PolicyARN': READ_ONLY } },
      },
      {
        Effect: 'Allow',
        Action: 'iam:CreateRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:PermissionsBoundary': POWER_USER, 'aws:RequestTag/team': 'red' } },
      },
      {
        Effect: 'Allow',
        Action: ['iam:DeleteRole', 'iam:TagRole'],
        Resource: `arn:aws:iam::${berth.registry.account}:role/red/*`,
        Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
      },
    );
    const admin = iamClient(berth, await user(berth, { name: 'admin', policies: [JSON.parse(may)] }));
    await user(berth, { name: 'bob', boundary: POWER_USER });
    const denied = (action: string) => refused('AccessDenied', new RegExp(`not authorized to perform: iam:${action}`));
    const PolicyArn = READ_ONLY;

    await admin.attachUserPolicy({ UserName: 'bob', PolicyArn });
    await admin.putUserPolicy({ UserName: 'bob', PolicyName: 'p', PolicyDocument: allows('ecr:*') });

    await expect(admin.attachUserPolicy({ UserName: 'bob', PolicyArn: POWER_USER })).rejects.toEqual(
      denied('AttachUserPolicy'),
    );
    await expect(admin.attachUserPolicy({ UserName: 'alice', PolicyArn })).rejects.toEqual(denied('AttachUserPolicy'));
    const role = { AssumeRolePolicyDocument: EC2, Path: '/red/' };
    await expect(admin.createRole({ ...role, RoleName: 'free' })).rejects.toEqual(denied('CreateRole'));
    const bounded = { ...role, PermissionsBoundary: POWER_USER, Tags: [{ Key: 'team', Value: 'red' }] };
    // A role with tags asks for iam:TagRole too, before there is a resource with tags.
    await expect(admin.createRole({ ...bounded, RoleName: 'red' })).rejects.toEqual(denied('TagRole'));
    await iam.createRole({ ...bounded, RoleName: 'red' });
    await iam.createRole({ ...role, RoleName: 'untagged' });
    await expect(admin.deleteRole({ RoleName: 'untagged' })).rejects.toEqual(denied('DeleteRole'));
    await admin.deleteRole({ RoleName: 'red' });
  });
});
