import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { repositoryArn, rootArn } from '../values/arn.ts';
import { authorize } from './authorize.ts';
import type { Caller } from './caller.ts';

const account = '123456789012';
const root: Caller = {
  principal: {
    kind: 'root',
    account,
    arn: rootArn(account, 'us-east-1'),
    userId: account,
    accessKeyId: 'AKIAEXAMPLE',
    identityVersion: 1,
  },
  request: { region: 'us-east-1', sourceIp: '127.0.0.1', isSecure: true, userAgent: undefined, referer: undefined },
};
const own = repositoryArn({ account, region: 'us-east-1' }, 'app');
const foreign = repositoryArn({ account: '210987654321', region: 'us-east-1' }, 'app');

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

test('root may do everything in its own account', async () => {
  await authorize(berth.world, root, { action: 'ecr:PutImage', resources: [own, '*'] });
});

test('root may do nothing in another, and is told so in words that name the resource', async () => {
  await expect(authorize(berth.world, root, { action: 'ecr:PutImage', resources: [own, foreign] })).rejects.toThrow(
    `User: arn:aws:iam::123456789012:root is not authorized to perform: ecr:PutImage on resource: ${foreign} because no resource-based policy allows the ecr:PutImage action`,
  );
});

test('who names no resource is denied: a path that forgot to ask gets a no', async () => {
  await expect(authorize(berth.world, root, { action: 'ecr:PutImage', resources: [] })).rejects.toThrow(
    'is not authorized to perform',
  );
});
