import { DescribeRegistryCommand, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../berth.ts';
import { type Client, clientOf } from '../../conformance/http-client.ts';
import { aBlob, pushBlob, pushImage } from '../../conformance/registry-under-test.ts';
import { type Credentials, loginOf, role, session } from '../../identity.ts';
import { ecrClient, refused } from '../client.ts';

/** Two installations that have all in common that their owners can choose, the secret of the root among it. */
let mine: TestBerth;
let theirs: TestBerth;
beforeAll(async () => {
  const settings = { rootAccessKeyId: 'AKIATHESAME', rootSecretAccessKey: 'the-same-secret-everywhere' };
  mine = await startBerth({ settings });
  theirs = await startBerth({ settings });
});
afterAll(async () => {
  await mine.stop();
  await theirs.stop();
});

const clientAt = (berth: TestBerth, authorization: string): Client => clientOf(berth.url, authorization);

test('two installations that nobody gave a secret have each its own', async () => {
  const one = await startBerth();
  const other = await startBerth();
  const made = [one.accessKeyId, one.secretAccessKey, other.accessKeyId, other.secretAccessKey];
  await one.stop();
  await other.stop();

  expect(new Set(made).size).toBe(4);
  expect(one.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
});

test('a login of one installation is none at another that has the same root', async () => {
  expect((await clientAt(mine, mine.authorization).send('GET', '/v2/')).status).toBe(200);
  expect((await clientAt(theirs, mine.authorization).send('GET', '/v2/')).status).toBe(401);
});

test('a session of one installation is none at another, neither signing nor logged in', async () => {
  const credentials: Credentials = session(mine, await role(mine, { name: 'builder' }));
  await role(theirs, { name: 'builder' });

  await expect(ecrClient(theirs, { credentials }).send(new DescribeRegistryCommand({}))).rejects.toEqual(
    refused('UnrecognizedClientException', /security token/),
  );
  const authorization = await loginOf(mine, credentials);
  expect((await clientAt(mine, authorization).send('GET', '/v2/')).status).toBe(200);
  expect((await clientAt(theirs, authorization).send('GET', '/v2/')).status).toBe(401);
});

test('a download address of one installation opens nothing at another that has the same layer', async () => {
  const bytes = aBlob();
  for (const berth of [mine, theirs]) {
    const client = clientAt(berth, berth.authorization);
    await berth.createRepository('app');
    await pushImage(client, 'app', { tag: 'v1', layers: [await pushBlob(client, 'app', bytes)] });
  }
  const client = clientAt(mine, mine.authorization);
  const { digest: layerDigest } = await pushBlob(client, 'app', bytes);
  const asked = new GetDownloadUrlForLayerCommand({ repositoryName: 'app', layerDigest });
  const { downloadUrl = '' } = await ecrClient(mine).send(asked);

  expect((await fetch(downloadUrl)).status).toBe(200);
  expect((await fetch(downloadUrl.replace(mine.url, theirs.url))).status).toBe(403);
});
