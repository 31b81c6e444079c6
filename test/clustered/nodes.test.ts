import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { putTagMutability } from '../../src/registry/put-tag-mutability.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { sha256 } from '../manifests.ts';

let one: TestBerth;
let other: TestBerth;
beforeEach(async () => {
  one = await startBerth();
  other = await startBerth({ settings: await sameInstallation(one) });
  await one.createRepository('app');
});
afterEach(async () => {
  await other.stop();
  await one.stop();
});

/** Settings of another node. */
async function sameInstallation({ settings }: TestBerth) {
  const { database, storage, s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey } = settings;
  const rootKey = await readFile(join(settings.dataDir, 'root.key'));
  return { database, storage, s3Endpoint, s3Region, s3AccessKeyId, s3SecretAccessKey, rootKey };
}

test('nodes have the same root credentials, and a login from one holds on the other', async () => {
  expect([other.accessKeyId, other.secretAccessKey]).toEqual([one.accessKeyId, one.secretAccessKey]);

  const answer = await fetch(`${other.url}/v2/app/tags/list`, { headers: { authorization: one.authorization } });

  expect(answer.status).toBe(200);
});

test('what one node changes holds on the other at the next request', async () => {
  const { registry } = one;
  const setMode = (node: TestBerth, mode: 'MUTABLE' | 'IMMUTABLE') =>
    putTagMutability(node.world, { registry, repositoryName: 'app', tagMutability: { mode, exclusions: [] } });
  expect((await push(one, 'v1', '{}')).status).toBe(201);

  for (let i = 0; i < 10; i++) {
    await setMode(one, 'IMMUTABLE');
    expect((await push(other, 'v1', `{"round":${i}}`)).status).toBe(400);
    await setMode(other, 'MUTABLE');
    expect((await push(one, 'v1', `{"round":${i}}`)).status).toBe(201);
  }
});

test('an upload goes on at another node, and is whole', async () => {
  const bytes = Buffer.from(Uint8Array.from({ length: 20 * 1024 * 1024 }, (_, i) => (i * 7) % 251));
  const third = Math.floor(bytes.length / 3);
  const headers = { authorization: one.authorization, 'content-type': 'application/octet-stream' };

  let { location } = await begin(one);
  for (const [i, node] of [one, other, one].entries()) {
    const body = bytes.subarray(i * third, i === 2 ? bytes.length : (i + 1) * third);
    const answer = await fetch(new URL(location, node.url), { method: 'PATCH', headers, body });
    expect(answer.status).toBe(202);
    location = answer.headers.get('location') ?? '';
  }
  const digest = sha256(bytes);
  const url = new URL(location, other.url);
  url.searchParams.set('digest', digest);
  expect((await fetch(url, { method: 'PUT', headers })).status).toBe(201);

  const pulled = await fetch(`${one.url}/v2/app/blobs/${digest}`, { headers });
  expect(Buffer.from(await pulled.arrayBuffer()).equals(bytes)).toBe(true);
});

test('a node with another root key does not start', async () => {
  const settings = { ...(await sameInstallation(one)), rootKey: Buffer.alloc(32, 9) };

  await expect(startBerth({ settings })).rejects.toThrow('Give every node the same BERTH_ROOT_KEY');
});

test('pulls go to S3 itself where the setting says so', async () => {
  await one.restart({ s3Redirect: 'on', encryption: 'store' });
  const headers = { authorization: one.authorization };
  expect((await push(one, 'v1', '{"a":1}')).status).toBe(201);
  const blob = `${one.url}/v2/app/blobs/${sha256(Buffer.from('{"a":1}'))}`;

  const answer = await fetch(blob, { headers, redirect: 'manual' });

  expect(answer.status).toBe(307);
  const elsewhere = answer.headers.get('location') ?? '';
  expect(new URL(elsewhere).origin).toBe(one.settings.s3Endpoint);
  expect(await (await fetch(elsewhere, { headers: { range: 'bytes=1-3' } })).text()).toBe('"a"');
});

async function begin(node: TestBerth): Promise<{ location: string }> {
  const headers = { authorization: node.authorization };
  const answer = await fetch(`${node.url}/v2/app/blobs/uploads/`, { method: 'POST', headers });
  return { location: new URL(answer.headers.get('location') ?? '', node.url).href.slice(node.url.length) };
}

async function push(node: TestBerth, tag: string, config: string): Promise<Response> {
  const headers = { authorization: node.authorization };
  const digest = sha256(Buffer.from(config));
  const { location } = await begin(node);
  const url = new URL(location, node.url);
  url.searchParams.set('digest', digest);
  await fetch(url, { method: 'PUT', headers, body: config });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const descriptor = { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length };
  const body = JSON.stringify({ schemaVersion: 2, mediaType, config: descriptor, layers: [] });
  return fetch(`${node.url}/v2/app/manifests/${tag}`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': mediaType },
    body,
  });
}
