import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { user } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { refused } from '../client.ts';
import { iamClient, policy, trusts } from './client.ts';

const EC2 = trusts({ Service: 'ec2.amazonaws.com' });

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
});

describe('an instance profile', () => {
  test('is made, takes one role, gives it back, and goes', async () => {
    const { InstanceProfile: made } = await iam.createInstanceProfile({ InstanceProfileName: 'Web', Path: '/x/' });
    await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: EC2, Tags: [{ Key: 'k', Value: 'v' }] });
    await iam.createRole({ RoleName: 'other', AssumeRolePolicyDocument: EC2 });
    const InstanceProfileName = 'web';

    await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: 'app' });

    expect(made).toMatchObject({
      InstanceProfileName: 'Web',
      InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${berth.registry.account}:instance-profile/x/Web`,
      Path: '/x/',
      Roles: [],
    });
    const { InstanceProfile: read } = await iam.getInstanceProfile({ InstanceProfileName });
    expect(read?.Roles).toEqual([expect.objectContaining({ RoleName: 'app', Path: '/' })]);
    expect(read?.Roles?.[0]).not.toHaveProperty('Tags');
    const { InstanceProfiles } = await iam.listInstanceProfilesForRole({ RoleName: 'app' });
    expect(InstanceProfiles?.map((it) => it.InstanceProfileName)).toEqual(['Web']);
    const full = refused('LimitExceededException', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
    await expect(iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: 'other' })).rejects.toEqual(full);
    await expect(iam.deleteInstanceProfile({ InstanceProfileName })).rejects.toEqual(
      refused('DeleteConflictException', 'Cannot delete entity, must remove roles from instance profile first.'),
    );
    await expect(iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName: 'other' })).rejects.toEqual(
      refused('NoSuchEntityException', 'The role with name other cannot be found.'),
    );
    await iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName: 'app' });
    await iam.deleteInstanceProfile({ InstanceProfileName });
    await expect(iam.getInstanceProfile({ InstanceProfileName })).rejects.toEqual(
      refused('NoSuchEntityException', 'Instance Profile web cannot be found.'),
    );
  });

  test('is the only one of its name, and one of a thousand at most', async () => {
    await berth.world.metadata.write(async (tx) => {
      const rows = Array.from({ length: 1_000 }, (_, at) => ({
        profile_id: `AIPA${String(at).padStart(17, 'A')}`,
        account: berth.registry.account,
        name: `p${at}`,
        name_key: `p${at}`,
        path: '/',
        created_at: 0,
        role_id: null,
      }));
      for (let at = 0; at < rows.length; at += 100) {
        await tx
          .insertInto('iam_instance_profiles')
          .values(rows.slice(at, at + 100))
          .execute();
      }
    });

    await expect(iam.createInstanceProfile({ InstanceProfileName: 'P7' })).rejects.toEqual(
      refused('EntityAlreadyExistsException', 'Instance Profile P7 already exists.'),
    );
    await expect(iam.createInstanceProfile({ InstanceProfileName: 'more' })).rejects.toEqual(
      refused('LimitExceededException', 'Cannot exceed quota for InstanceProfilesPerAccount: 1000'),
    );
    const names: (string | undefined)[] = [];
    for (let Marker: string | undefined, more = true; more; ) {
      const page = await iam.listInstanceProfiles({ MaxItems: 300, ...(Marker !== undefined && { Marker }) });
      names.push(...(page.InstanceProfiles ?? []).map((it) => it.InstanceProfileName));
      Marker = page.Marker;
      more = page.IsTruncated === true;
    }
    expect(new Set(names).size).toBe(1_000);
  });

  test('takes a role from those alone who may pass it to EC2', async () => {
    await iam.createInstanceProfile({ InstanceProfileName: 'web' });
    await iam.createRole({ RoleName: 'app', AssumeRolePolicyDocument: EC2 });
    const add = { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' };
    const pass = (service: string) => ({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: `arn:aws:iam::${berth.registry.account}:role/app`,
      Condition: { StringEquals: { 'iam:PassedToService': service } },
    });
    const adding = async (...statements: object[]) => {
      const caller = await user(berth, { policies: [JSON.parse(policy(...statements))] });
      return iamClient(berth, caller).addRoleToInstanceProfile({ InstanceProfileName: 'web', RoleName: 'app' });
    };
    const denied = refused('AccessDenied', /not authorized to perform: iam:PassRole on resource: .*:role\/app because/);

    await expect(adding(add)).rejects.toEqual(denied);
    await expect(adding(add, pass('lambda.amazonaws.com'))).rejects.toEqual(denied);
    await adding(add, pass('ec2.amazonaws.com'));
  });
});
