import type { IAM, PolicyDetail } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { account, user } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { refused } from '../client.ts';
import { allows, iamClient, policy, trusts } from './client.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly';
const EC2 = trusts({ Service: 'ec2.amazonaws.com' });

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
});

describe('GetAccountAuthorizationDetails', () => {
  async function fill(): Promise<void> {
    await user(berth, { name: 'alice', tags: { team: 'red' }, boundary: READ_ONLY });
    await iam.createGroup({ GroupName: 'devs', Path: '/g/' });
    await iam.addUserToGroup({ GroupName: 'devs', UserName: 'alice' });
    await iam.putUserPolicy({ UserName: 'alice', PolicyName: 'in', PolicyDocument: allows('kms:*') });
    await iam.putGroupPolicy({ GroupName: 'devs', PolicyName: 'in', PolicyDocument: allows('sts:*') });
    await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: EC2, Tags: [{ Key: 'k', Value: 'v' }] });
    await iam.putRolePolicy({ RoleName: 'app', PolicyName: 'in', PolicyDocument: allows('iam:*') });
    await iam.createInstanceProfile({ InstanceProfileName: 'web' });
    await iam.addRoleToInstanceProfile({ InstanceProfileName: 'web', RoleName: 'app' });
    const { Policy } = await iam.createPolicy({ PolicyName: 'own', PolicyDocument: allows('ecr:*') });
    await iam.createPolicyVersion({ PolicyArn: Policy?.Arn, PolicyDocument: allows('ecr:Get*'), SetAsDefault: true });
    await iam.attachRolePolicy({ RoleName: 'app', PolicyArn: Policy?.Arn });
    await iam.attachGroupPolicy({ GroupName: 'devs', PolicyArn: READ_ONLY });
  }

  test('tells all that decides who may do what', async () => {
    await fill();

    const details = await iam.getAccountAuthorizationDetails();

    const documentOf = (list: PolicyDetail[] = []) => decodeURIComponent(list[0]?.PolicyDocument ?? '');
    const [alice] = details.UserDetailList ?? [];
    expect(alice).toMatchObject({
      UserName: 'alice',
      GroupList: ['devs'],
      AttachedManagedPolicies: [],
      PermissionsBoundary: { PermissionsBoundaryArn: READ_ONLY },
      Tags: [{ Key: 'team', Value: 'red' }],
    });
    expect(documentOf(alice?.UserPolicyList)).toBe(allows('kms:*'));
    const [devs] = details.GroupDetailList ?? [];
    expect(devs).toMatchObject({
      GroupName: 'devs',
      Path: '/g/',
      AttachedManagedPolicies: [{ PolicyName: 'AmazonEC2ContainerRegistryReadOnly', PolicyArn: READ_ONLY }],
    });
    expect(documentOf(devs?.GroupPolicyList)).toBe(allows('sts:*'));
    const [app] = details.RoleDetailList ?? [];
    expect(app).toMatchObject({
      RoleName: 'app',
      Tags: [{ Key: 'k', Value: 'v' }],
      AttachedManagedPolicies: [{ PolicyName: 'own' }],
      InstanceProfileList: [{ InstanceProfileName: 'web', Roles: [{ RoleName: 'app' }] }],
    });
    expect(decodeURIComponent(app?.AssumeRolePolicyDocument ?? '')).toBe(EC2);
    expect(details.Policies?.map((it) => [it.PolicyName, it.PolicyVersionList?.map((v) => v.VersionId)])).toEqual([
      ['own', ['v2', 'v1']],
      ['AmazonEC2ContainerRegistryReadOnly', ['v3']],
    ]);
    const [inForce] = details.Policies?.[0]?.PolicyVersionList ?? [];
    expect(inForce?.IsDefaultVersion).toBe(true);
    expect(decodeURIComponent(inForce?.Document ?? '')).toBe(allows('ecr:Get*'));
  });

  test('filters, and pages through everything once', async () => {
    await fill();
    const seen: unknown[] = [];

    for (let Marker: string | undefined, more = true; more; ) {
      const page = await iam.getAccountAuthorizationDetails({ MaxItems: 1, ...(Marker !== undefined && { Marker }) });
      seen.push(...(page.UserDetailList ?? []).map((it) => it.UserName));
      seen.push(...(page.GroupDetailList ?? []).map((it) => it.GroupName));
      seen.push(...(page.RoleDetailList ?? []).map((it) => it.RoleName));
      seen.push(...(page.Policies ?? []).map((it) => it.PolicyName));
      Marker = page.Marker;
      more = page.IsTruncated === true;
    }

    expect(seen).toEqual(['alice', 'devs', 'app', 'own', 'AmazonEC2ContainerRegistryReadOnly']);
    const roles = await iam.getAccountAuthorizationDetails({ Filter: ['Role', 'LocalManagedPolicy'] });
    expect([roles.UserDetailList, roles.RoleDetailList?.length, roles.Policies?.length]).toEqual([[], 1, 1]);
    const other = iamClient(berth, await account(berth));
    const nothing = await other.getAccountAuthorizationDetails();
    expect([nothing.UserDetailList, nothing.RoleDetailList, nothing.Policies]).toEqual([[], [], []]);
  });
});

test('ListPoliciesGrantingServiceAccess names the policies that let someone into services, his groups’ included', async () => {
  const alice = await user(berth, { name: 'alice' });
  await iam.createGroup({ GroupName: 'devs' });
  await iam.addUserToGroup({ GroupName: 'devs', UserName: 'alice' });
  const NotAction = policy({ Effect: 'Allow', NotAction: 'ecr:*', Resource: '*' });
  await iam.putUserPolicy({ UserName: 'alice', PolicyName: 'all-but', PolicyDocument: NotAction });
  const deny = policy({ Effect: 'Deny', Action: 'ecr:*', Resource: '*' });
  await iam.putUserPolicy({ UserName: 'alice', PolicyName: 'denies', PolicyDocument: deny });
  await iam.putGroupPolicy({ GroupName: 'devs', PolicyName: 'in', PolicyDocument: allows('ECR:Get*') });
  await iam.attachGroupPolicy({ GroupName: 'devs', PolicyArn: READ_ONLY });

  const { PoliciesGrantingServiceAccess } = await iam.listPoliciesGrantingServiceAccess({
    Arn: alice.arn,
    ServiceNamespaces: ['ecr', 'kms'],
  });

  expect(PoliciesGrantingServiceAccess).toEqual([
    {
      ServiceNamespace: 'ecr',
      Policies: [
        { PolicyName: 'in', PolicyType: 'INLINE', EntityType: 'GROUP', EntityName: 'devs' },
        { PolicyName: 'AmazonEC2ContainerRegistryReadOnly', PolicyType: 'MANAGED', PolicyArn: READ_ONLY },
      ],
    },
    {
      ServiceNamespace: 'kms',
      Policies: [{ PolicyName: 'all-but', PolicyType: 'INLINE', EntityType: 'USER', EntityName: 'alice' }],
    },
  ]);
});

describe('the report about last accesses', () => {
  async function usedAt(accessKeyId: string, at: Date): Promise<void> {
    await berth.world.metadata.write(async (tx) => {
      await tx
        .updateTable('access_keys')
        .set({ last_used_at: at.getTime(), last_used_service: 'ecr', last_used_region: 'eu-west-1' })
        .where('access_key_id', '=', accessKeyId)
        .execute();
    });
  }

  test('tells of a group which services it may use and who was last there', async () => {
    const alice = await user(berth, { name: 'alice' });
    const bob = await user(berth, { name: 'bob' });
    await iam.createGroup({ GroupName: 'devs' });
    for (const UserName of ['alice', 'bob']) await iam.addUserToGroup({ GroupName: 'devs', UserName });
    await iam.putGroupPolicy({ GroupName: 'devs', PolicyName: 'p', PolicyDocument: allows(['ecr:Get*', 'kms:*']) });
    const last = new Date('2026-03-04T05:06:07Z');
    await usedAt(alice.accessKeyId, new Date('2026-01-01T00:00:00Z'));
    await usedAt(bob.accessKeyId, last);

    const Arn = `arn:aws:iam::${berth.registry.account}:group/devs`;
    const { JobId = '' } = await iam.generateServiceLastAccessedDetails({ Arn });

    expect(JobId).toHaveLength(36);
    const report = await iam.getServiceLastAccessedDetails({ JobId });
    expect(report).toMatchObject({ JobStatus: 'COMPLETED', JobType: 'SERVICE_LEVEL', IsTruncated: false });
    expect(report.ServicesLastAccessed).toEqual([
      {
        ServiceName: 'Amazon Elastic Container Registry',
        ServiceNamespace: 'ecr',
        LastAuthenticated: last,
        LastAuthenticatedEntity: bob.arn,
        LastAuthenticatedRegion: 'eu-west-1',
        TotalAuthenticatedEntities: 2,
      },
      { ServiceName: 'AWS Key Management Service', ServiceNamespace: 'kms', TotalAuthenticatedEntities: 0 },
    ]);
    const { EntityDetailsList } = await iam.getServiceLastAccessedDetailsWithEntities({
      JobId,
      ServiceNamespace: 'ecr',
    });
    const names = EntityDetailsList?.map((it) => [it.EntityInfo?.Name, it.EntityInfo?.Type, it.LastAuthenticated]);
    expect(names).toContainEqual(['bob', 'USER', last]);
    expect(names).toHaveLength(2);
  });

  test('is of users, roles and policies too, AWS’s included', async () => {
    const alice = await user(berth, { name: 'alice' });
    await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: EC2 });
    await iam.attachRolePolicy({ RoleName: 'app', PolicyArn: READ_ONLY });
    await iam.attachUserPolicy({ UserName: 'alice', PolicyArn: READ_ONLY });
    const { Policy } = await iam.createPolicy({ PolicyName: 'own', PolicyDocument: allows('sts:*') });

    for (const [Arn, services] of [
      [alice.arn, ['ecr']],
      [`arn:aws:iam::${berth.registry.account}:role/app`, ['ecr']],
      [READ_ONLY, ['ecr']],
      [Policy?.Arn ?? '', ['sts']],
    ] as const) {
      const { JobId } = await iam.generateServiceLastAccessedDetails({ Arn, Granularity: 'ACTION_LEVEL' });
      const { ServicesLastAccessed, JobType } = await iam.getServiceLastAccessedDetails({ JobId });
      expect([JobType, ServicesLastAccessed?.map((it) => it.ServiceNamespace)]).toEqual(['ACTION_LEVEL', services]);
    }
    const { JobId } = await iam.generateServiceLastAccessedDetails({ Arn: READ_ONLY });
    const who = await iam.getServiceLastAccessedDetailsWithEntities({ JobId, ServiceNamespace: 'ecr' });
    expect(who.EntityDetailsList?.map((it) => it.EntityInfo?.Name).toSorted()).toEqual(['alice', 'app']);
  });

  test('is found by the id that was given, in the account alone, of what is still there', async () => {
    await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: EC2 });
    const Arn = `arn:aws:iam::${berth.registry.account}:role/app`;
    const { JobId = '' } = await iam.generateServiceLastAccessedDetails({ Arn });
    const missing = refused('NoSuchEntityException', /cannot be found/);
    const other = iamClient(berth, await account(berth));

    await expect(other.getServiceLastAccessedDetails({ JobId })).rejects.toEqual(missing);
    await expect(iam.getServiceLastAccessedDetails({ JobId: `B${JobId.slice(1)}` })).rejects.toEqual(missing);
    await expect(iam.getServiceLastAccessedDetailsWithEntities({ JobId, ServiceNamespace: 'ecr' })).rejects.toEqual(
      refused('InvalidInputException', /no service ecr/),
    );
    await iam.deleteRole({ RoleName: 'app' });
    await expect(iam.getServiceLastAccessedDetails({ JobId })).rejects.toEqual(missing);
    await expect(iam.generateServiceLastAccessedDetails({ Arn })).rejects.toEqual(missing);
  });
});
