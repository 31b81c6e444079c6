import type { IAM } from '@aws-sdk/client-iam';
import { beforeEach, expect, test } from 'vitest';
import type { TestBerth } from '../../berth.ts';
import { user } from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';
import { allows, iamClient, trusts } from './client.ts';

const EC2 = trusts({ Service: 'ec2.amazonaws.com' });

const shared = sharedBerth();
let berth: TestBerth;
let iam: IAM;
beforeEach(async () => {
  berth = await shared.account();
  iam = iamClient(berth);
});

/** How many of these calls went well, and with which errors the others ended. */
async function outcomes(calls: readonly Promise<unknown>[]): Promise<{ done: number; errors: ReadonlySet<string> }> {
  const settled = await Promise.allSettled(calls);
  const errors = settled.flatMap((it) => (it.status === 'rejected' ? [(it.reason as Error).name] : []));
  return { done: settled.length - errors.length, errors: new Set(errors) };
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

test('of roles of one name that are made at once there is one', async () => {
  const calls = numbers(6).map((at) =>
    iam.createRole({ RoleName: at % 2 ? 'app' : 'APP', AssumeRolePolicyDocument: EC2 }),
  );

  expect(await outcomes(calls)).toEqual({ done: 1, errors: new Set(['EntityAlreadyExistsException']) });
  expect((await iam.listRoles()).Roles).toHaveLength(1);
});

test('of policies that are attached at once ten are', async () => {
  await user(berth, { name: 'alice' });
  const arns = [];
  for (const at of numbers(12)) {
    const { Policy } = await iam.createPolicy({ PolicyName: `p${at}`, PolicyDocument: allows('ecr:*') });
    arns.push(Policy?.Arn);
  }

  const calls = arns.map((PolicyArn) => iam.attachUserPolicy({ UserName: 'alice', PolicyArn }));

  expect(await outcomes(calls)).toEqual({ done: 10, errors: new Set(['LimitExceededException']) });
  expect((await iam.listAttachedUserPolicies({ UserName: 'alice' })).AttachedPolicies).toHaveLength(10);
});

test('versions that are made at once have numbers of their own, and are five', async () => {
  const { Policy } = await iam.createPolicy({ PolicyName: 'p', PolicyDocument: allows('ecr:*') });
  const PolicyArn = Policy?.Arn;

  const calls = numbers(7).map(() => iam.createPolicyVersion({ PolicyArn, PolicyDocument: allows('ecr:Get*') }));

  expect(await outcomes(calls)).toEqual({ done: 4, errors: new Set(['LimitExceededException']) });
  const { Versions } = await iam.listPolicyVersions({ PolicyArn });
  expect(Versions?.map((it) => it.VersionId)).toEqual(['v5', 'v4', 'v3', 'v2', 'v1']);
});

test('a policy that is deleted while it is attached is either gone or attached', async () => {
  await user(berth, { name: 'alice' });
  for (const at of numbers(5)) {
    const { Policy } = await iam.createPolicy({ PolicyName: `p${at}`, PolicyDocument: allows('ecr:*') });
    const PolicyArn = Policy?.Arn;

    const { done } = await outcomes([
      iam.attachUserPolicy({ UserName: 'alice', PolicyArn }),
      iam.deletePolicy({ PolicyArn }),
    ]);

    expect(done).toBe(1);
    const { AttachedPolicies } = await iam.listAttachedUserPolicies({ UserName: 'alice' });
    const isThere = await iam.getPolicy({ PolicyArn }).then(
      () => true,
      () => false,
    );
    expect(AttachedPolicies?.some((it) => it.PolicyArn === PolicyArn)).toBe(isThere);
  }
});

test('inline policies that are put at once stay within their sum', async () => {
  await user(berth, { name: 'alice' });
  const document = allows('ecr:*', `arn:aws:ecr:*:*:repository/${'a'.repeat(600)}`);

  const calls = numbers(5).map((at) =>
    iam.putUserPolicy({ UserName: 'alice', PolicyName: `p${at}`, PolicyDocument: document }),
  );

  expect(await outcomes(calls)).toEqual({ done: 2, errors: new Set(['LimitExceededException']) });
});
