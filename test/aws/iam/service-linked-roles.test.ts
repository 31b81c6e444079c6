import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import { createServiceLinkedRole } from '../../../src/identity/iam/service-linked-roles.ts';
import { changeIdentity } from '../../../src/storage/metadata/accounts.ts';
import type { TestBerth } from '../../berth.ts';
import { user } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { refused } from '../client.ts';
import { allows, iamClient, policy, trusts } from './client.ts';

const SERVICE = 'replication.ecr.amazonaws.com';
const RoleName = 'AWSServiceRoleForECRReplication';

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
});

describe('a service-linked role', () => {
  test.each([
    [SERVICE, RoleName, 'ECRReplicationServiceRolePolicy'],
    [
      'pullthroughcache.ecr.amazonaws.com',
      'AWSServiceRoleForECRPullThroughCache',
      'AWSECRPullThroughCache_ServiceRolePolicy',
    ],
    ['ecr.amazonaws.com', 'AWSServiceRoleForECRTemplate', 'ECRTemplateServiceRolePolicy'],
  ])('of %s is made with name, path, trust and policy of that service', async (AWSServiceName, name, policyName) => {
    const { Role } = await iam.createServiceLinkedRole({ AWSServiceName, Description: 'mine' });

    expect(Role).toMatchObject({
      RoleName: name,
      Path: `/aws-service-role/${AWSServiceName}/`,
      Arn: `arn:aws:iam::${berth.registry.account}:role/aws-service-role/${AWSServiceName}/${name}`,
      Description: 'mine',
      MaxSessionDuration: 3_600,
    });
    const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''));
    expect(trust.Statement).toEqual([
      { Effect: 'Allow', Principal: { Service: AWSServiceName }, Action: 'sts:AssumeRole' },
    ]);
    const { AttachedPolicies } = await iam.listAttachedRolePolicies({ RoleName: name });
    expect(AttachedPolicies).toEqual([
      { PolicyName: policyName, PolicyArn: `arn:aws:iam::aws:policy/aws-service-role/${policyName}` },
    ]);
  });

  test('is made once, of services that have one, without a suffix', async () => {
    await iam.createServiceLinkedRole({ AWSServiceName: SERVICE });
    const invalid = (text: string) => refused('InvalidInputException', text);

    await expect(iam.createServiceLinkedRole({ AWSServiceName: SERVICE })).rejects.toEqual(
      invalid(`Service role name ${RoleName} has been taken in this account, please try a different suffix.`),
    );
    await expect(iam.createServiceLinkedRole({ AWSServiceName: SERVICE, CustomSuffix: 'x' })).rejects.toEqual(
      invalid(`Custom suffix is not allowed for ${SERVICE}`),
    );
    await expect(iam.createServiceLinkedRole({ AWSServiceName: 'ec2.amazonaws.com' })).rejects.toEqual(
      invalid('Service ec2.amazonaws.com does not support service-linked roles.'),
    );
  });

  test('is changed by its service alone, but for description and tags', async () => {
    await iam.createServiceLinkedRole({ AWSServiceName: SERVICE });
    await iam.createInstanceProfile({ InstanceProfileName: 'ip' });
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly';
    const protectedRole = refused(
      'UnmodifiableEntityException',
      `Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`,
    );
    const PolicyDocument = allows('ecr:*');
    const changes = [
      () => iam.deleteRole({ RoleName }),
      () => iam.updateRole({ RoleName, MaxSessionDuration: 7_200 }),
      () => iam.updateAssumeRolePolicy({ RoleName, PolicyDocument: trusts({ AWS: '*' }) }),
      () => iam.attachRolePolicy({ RoleName, PolicyArn }),
      () => iam.detachRolePolicy({ RoleName, PolicyArn }),
      () => iam.putRolePolicy({ RoleName, PolicyName: 'p', PolicyDocument }),
      () => iam.deleteRolePolicy({ RoleName, PolicyName: 'p' }),
      () => iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary: PolicyArn }),
      () => iam.deleteRolePermissionsBoundary({ RoleName }),
      () => iam.addRoleToInstanceProfile({ InstanceProfileName: 'ip', RoleName }),
    ];

    for (const change of changes) await expect(change()).rejects.toEqual(protectedRole);

    await iam.updateRole({ RoleName, Description: 'said' });
    await iam.tagRole({ RoleName, Tags: [{ Key: 'k', Value: 'v' }] });
    expect((await iam.getRole({ RoleName })).Role).toMatchObject({ Description: 'said', Tags: [{ Key: 'k' }] });
  });

  test('goes with its task, which tells that it went', async () => {
    await iam.createServiceLinkedRole({ AWSServiceName: SERVICE });

    const { DeletionTaskId = '' } = await iam.deleteServiceLinkedRole({ RoleName });

    expect(DeletionTaskId).toMatch(new RegExp(`^task/aws-service-role/${SERVICE}/${RoleName}/[0-9a-f-]{36}$`));
    expect((await iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId })).Status).toBe('SUCCEEDED');
    const missing = refused('NoSuchEntityException', `The role with name ${RoleName} cannot be found.`);
    await expect(iam.getRole({ RoleName })).rejects.toEqual(missing);
    await expect(iam.deleteServiceLinkedRole({ RoleName })).rejects.toEqual(missing);
    await expect(iam.getServiceLinkedRoleDeletionStatus({ DeletionTaskId: 'task/none' })).rejects.toEqual(
      refused('NoSuchEntityException', /task\/none/),
    );
    await iam.createServiceLinkedRole({ AWSServiceName: SERVICE });
  });

  test('is not what DeleteServiceLinkedRole takes every role for', async () => {
    await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: trusts({ Service: 'ec2.amazonaws.com' }) });

    await expect(iam.deleteServiceLinkedRole({ RoleName: 'app' })).rejects.toEqual(
      refused('NoSuchEntityException', 'The role with name app cannot be found.'),
    );
  });

  test('is made by a service for whom it is not there yet', async () => {
    const make = () =>
      berth.world.metadata.write(async (tx) => {
        await changeIdentity(tx, berth.registry.account);
        return createServiceLinkedRole(tx, berth.world, { account: berth.registry.account, service: SERVICE });
      });

    expect((await make())?.name).toBe(RoleName);
    expect(await make()).toBeUndefined();
  });

  test('is asked for by the name of its service', async () => {
    const may = policy({
      Effect: 'Allow',
      Action: 'iam:CreateServiceLinkedRole',
      Resource: '*',
      Condition: { StringEquals: { 'iam:AWSServiceName': SERVICE } },
    });
    const alice = iamClient(berth, await user(berth, { policies: [JSON.parse(may)] }));

    await expect(alice.createServiceLinkedRole({ AWSServiceName: 'ecr.amazonaws.com' })).rejects.toEqual(
      refused('AccessDenied', /iam:CreateServiceLinkedRole/),
    );
    await alice.createServiceLinkedRole({ AWSServiceName: SERVICE });
  });
});
