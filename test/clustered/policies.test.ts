import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteRepositoryPolicyCommand,
  ListImagesCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ecrClient } from '../aws/client.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { allowing, loginOf, managedPolicy, setKeyStatus, setPolicies, type TestUser, user } from '../identity.ts';

let one: TestBerth;
let other: TestBerth;
let alice: TestUser;
beforeEach(async () => {
  one = await startBerth();
  const { database, storage, s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey, dataDir } = one.settings;
  const rootKey = await readFile(join(dataDir, 'root.key'));
  const settings = { database, storage, s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey, rootKey };
  other = await startBerth({ settings });
  await one.createRepository('app');
  alice = await user(one);
});
afterEach(async () => {
  await other.stop();
  await one.stop();
});

/** Whether she may list images, asked at both nodes. */
async function mayList(): Promise<boolean[]> {
  const asked = [one, other].map((node) =>
    ecrClient(node, { credentials: alice }).send(new ListImagesCommand({ repositoryName: 'app' })),
  );
  const settled = await Promise.allSettled(asked);
  return settled.map((it) => {
    if (it.status === 'rejected') expect(it.reason).toMatchObject({ name: 'AccessDeniedException' });
    return it.status === 'fulfilled';
  });
}

test('what is done to a user’s policies at one node is in force at the other for the next request', async () => {
  const list = await managedPolicy(one, allowing('ecr:ListImages'));
  for (const [node, policies, expected] of [
    [one, [], false],
    [one, [allowing('ecr:ListImages')], true],
    [other, [], false],
    [other, [list], true],
    [one, [allowing('ecr:PutImage')], false],
  ] as const) {
    await setPolicies(node, alice, policies);
    expect(await mayList()).toEqual([expected, expected]);
  }
});

test('so are the policies of a repository and of a registry', async () => {
  const resource = 'arn:aws:ecr:us-east-1:123456789012:repository/*';
  const statement = (Effect: string, more = {}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect, Principal: { AWS: alice.arn }, Action: 'ecr:ListImages', ...more }],
    });
  expect(await mayList()).toEqual([false, false]);

  for (const node of [one, other]) {
    const root = ecrClient(node);
    await root.send(new SetRepositoryPolicyCommand({ repositoryName: 'app', policyText: statement('Allow') }));
    expect(await mayList()).toEqual([true, true]);
    await root.send(new DeleteRepositoryPolicyCommand({ repositoryName: 'app' }));
    expect(await mayList()).toEqual([false, false]);
  }
  await setPolicies(one, alice, [allowing('ecr:*')]);
  expect(await mayList()).toEqual([true, true]);
  const denying = statement('Deny', { Resource: resource });
  await ecrClient(other).send(new PutRegistryPolicyCommand({ policyText: denying }));
  expect(await mayList()).toEqual([false, false]);
});

test('a login that one node gave ends at the other with its key', async () => {
  const authorization = await loginOf(one, alice);
  const ask = async () => (await fetch(`${other.url}/v2/`, { headers: { authorization } })).status;
  expect(await ask()).toBe(200);

  await setKeyStatus(one, alice, 'Inactive');

  expect(await ask()).toBe(401);
});
