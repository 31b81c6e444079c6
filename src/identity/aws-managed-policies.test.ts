import { expect, test } from 'vitest';
import { decide } from '../policy/evaluate.ts';
import { parsePolicy } from '../policy/parse.ts';
import { awsManagedPolicy, listAwsManagedPolicies } from './aws-managed-policies.ts';

const REPOSITORY = 'arn:aws:ecr:us-east-1:111111111111:repository/app';

/** Whether a user of the account who has the policy alone may do it. */
function allows(
  name: string,
  action: string,
  resource = REPOSITORY,
  keys: readonly (readonly [string, string])[] = [],
) {
  const policy = awsManagedPolicy(`arn:aws:iam::aws:policy/${name}`);
  if (!policy) throw new Error(`There is no policy ${name}.`);
  const account = '111111111111';
  const asker = { kind: 'user', account, arn: `arn:aws:iam::${account}:user/alice`, userId: 'AIDAALICE' } as const;
  const identity = [{ policy: policy.compiled, id: name, source: 'aws-managed' }] as const;
  const request = { asker, action, resource: { arn: resource, account }, context: new Map(keys) };
  return decide(request, { identity, resource: [] }).isAllowed;
}

test.each(listAwsManagedPolicies())(
  '$name is a valid policy with the id of a policy',
  ({ id, document, path, name }) => {
    parsePolicy(document, 'identity');
    expect(id).toMatch(/^ANPA[A-Z2-7]{17}$/);
    expect(awsManagedPolicy(`arn:aws:iam::aws:policy${path}${name}`)?.id).toBe(id);
  },
);

test('no two have one id, and they are listed by name', () => {
  const all = listAwsManagedPolicies();
  expect(new Set(all.map((it) => it.id)).size).toBe(all.length);
  expect(all.map((it) => it.name)).toEqual(all.map((it) => it.name).toSorted());
});

test('an ARN of another partition finds the same policy, one of an account none', () => {
  const arn = 'arn:aws-cn:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly';
  expect(awsManagedPolicy(arn)).toMatchObject({ id: 'ANPAIFYZPA37OOHVIH7KQ', versionId: 'v3' });
  expect(awsManagedPolicy('arn:aws:iam::111111111111:policy/AdministratorAccess')).toBeUndefined();
  expect(awsManagedPolicy('arn:aws:iam::aws:policy/Nothing')).toBeUndefined();
});

test.each([
  ['AmazonEC2ContainerRegistryPullOnly', 'ecr:BatchGetImage', true],
  ['AmazonEC2ContainerRegistryPullOnly', 'ecr:BatchCheckLayerAvailability', false],
  ['AmazonEC2ContainerRegistryReadOnly', 'ecr:DescribeImages', true],
  ['AmazonEC2ContainerRegistryReadOnly', 'ecr:PutImage', false],
  ['AmazonEC2ContainerRegistryPowerUser', 'ecr:PutImage', true],
  ['AmazonEC2ContainerRegistryPowerUser', 'ecr:CreateRepository', false],
  ['AmazonEC2ContainerRegistryPowerUser', 'ecr:BatchDeleteImage', false],
  ['AmazonEC2ContainerRegistryFullAccess', 'ecr:DeleteRepository', true],
  ['PowerUserAccess', 'ecr:DeleteRepository', true],
  ['PowerUserAccess', 'iam:CreateUser', false],
  ['ReadOnlyAccess', 'ecr:BatchGetImage', true],
  ['ReadOnlyAccess', 'ecr:DeleteRepository', false],
  ['AdministratorAccess', 'iam:CreateUser', true],
] as const)('%s: %s is %s', (name, action, expected) => {
  expect(allows(name, action)).toBe(expected);
});

test('full access to ECR makes the role of replication and no other', () => {
  const make = (service: string) =>
    allows('AmazonEC2ContainerRegistryFullAccess', 'iam:CreateServiceLinkedRole', '*', [
      ['iam:awsservicename', service],
    ]);
  expect(make('replication.ecr.amazonaws.com')).toBe(true);
  expect(make('pullthroughcache.ecr.amazonaws.com')).toBe(false);
});
