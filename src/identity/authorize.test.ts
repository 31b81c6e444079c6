import { expect, test } from 'vitest';
import { repositoryArn, rootArn } from '../values/arn.ts';
import { authorize } from './authorize.ts';
import type { Principal } from './principal.ts';

const root: Principal = {
  kind: 'root',
  account: '123456789012',
  arn: rootArn('123456789012', 'us-east-1'),
  userId: '123456789012',
  accessKeyId: 'AKIAEXAMPLE',
};
const own = repositoryArn({ account: '123456789012', region: 'us-east-1' }, 'app');
const foreign = repositoryArn({ account: '210987654321', region: 'us-east-1' }, 'app');

test('root may do everything in its own account', () => {
  expect(() => authorize(root, { action: 'ecr:PutImage', resources: [own, '*'] })).not.toThrow();
});

test('root may do nothing in another, and is told so in words that name the resource', () => {
  expect(() => authorize(root, { action: 'ecr:PutImage', resources: [own, foreign] })).toThrow(
    `User: arn:aws:iam::123456789012:root is not authorized to perform: ecr:PutImage on resource: ${foreign} because no resource-based policy allows the ecr:PutImage action`,
  );
});

test('who names no resource is denied: a path that forgot to ask gets a no', () => {
  expect(() => authorize(root, { action: 'ecr:PutImage', resources: [] })).toThrow('is not authorized to perform');
});
