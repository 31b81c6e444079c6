import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collect } from '../../src/housekeeping/collect.ts';
import { fsck } from '../../src/housekeeping/fsck.ts';
import { findLayer } from '../../src/registry/layers.ts';
import { findLiveObject } from '../../src/storage/metadata/objects.ts';
import { OCI_MANIFEST } from '../../src/values/media-type.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { type Client, clientOf } from '../conformance/http-client.ts';
import { aManifest, descriptorOf, pushLayer, sha256 } from '../manifests.ts';

const DAY = 24 * 3_600_000;

let berth: TestBerth;
let client: Client;
let layer: Buffer;
beforeEach(async () => {
  berth = await startBerth();
  client = clientOf(berth.url, berth.authorization);
  layer = randomBytes(5000);
  for (const name of ['app', 'copy']) await berth.createRepository(name);
});
afterEach(() => berth.stop());

const blob = (repositoryName: string) => `/v2/${repositoryName}/blobs/${sha256(layer)}`;

/** Pushes an image with the layer, which both repositories share then. */
async function pushShared(): Promise<void> {
  const manifest = aManifest({ config: descriptorOf(layer) });
  await pushLayer(berth.world, berth.registry, 'app', layer);
  const mounted = await client.send('POST', `/v2/copy/blobs/uploads/?mount=${sha256(layer)}&from=app`);
  expect(mounted.status).toBe(201);
  for (const repositoryName of ['app', 'copy']) {
    const headers = { 'Content-Type': OCI_MANIFEST };
    const put = await client.send('PUT', `/v2/${repositoryName}/manifests/v1`, { body: manifest.bytes, headers });
    expect(put.status).toBe(201);
  }
}

async function loseBytes(): Promise<void> {
  const object = await berth.world.metadata.read((tx) => findLiveObject(tx, berth.registry, sha256(layer)));
  await berth.world.blobs.remove([object?.object_key ?? '']);
}

test('a layer whose bytes are gone answers 404, is asked for again, and then serves every repository', async () => {
  await pushShared();
  await loseBytes();

  expect((await client.send('HEAD', blob('app'))).status).toBe(404);
  expect((await client.send('GET', blob('copy'))).status).toBe(404);
  const mount = await client.send('POST', `/v2/copy/blobs/uploads/?mount=${sha256(layer)}&from=app`);
  expect(mount.status).toBe(202);
  expect(berth.log).toContainEqual(expect.objectContaining({ message: 'bytes of a layer were missing' }));

  const pushed = await client.send('POST', `/v2/app/blobs/uploads/?digest=${sha256(layer)}`, { body: layer });
  expect(pushed.status).toBe(201);
  for (const repositoryName of ['app', 'copy']) {
    expect((await client.send('HEAD', blob(repositoryName))).status).toBe(200);
    expect((await client.send('GET', blob(repositoryName))).body).toEqual(layer);
  }
  expect((await fsck(berth.world, { repair: false })).findings).toEqual([]);
  await collect(berth.world);
  expect((await client.send('GET', blob('copy'))).body).toEqual(layer);
});

for (const [how, noticing] of [
  ['GET', () => client.send('GET', blob('app'))],
  ['HEAD', () => client.send('HEAD', blob('app'))],
  ['a push of the same bytes', () => Promise.resolve()],
] as const) {
  test(`bytes that are gone are noticed by ${how}, and a push from another repository brings them back`, async () => {
    await pushShared();
    await loseBytes();
    await noticing();
    await berth.createRepository('third');
    const pushed = await client.send('POST', `/v2/third/blobs/uploads/?digest=${sha256(layer)}`, { body: layer });
    expect(pushed.status).toBe(201);
    for (const repositoryName of ['app', 'copy', 'third']) {
      expect((await client.send('GET', blob(repositoryName))).body).toEqual(layer);
    }
  });
}

test('what is collected while the same bytes are pushed is not called lost', async () => {
  const { world, registry } = berth;
  await pushLayer(world, registry, 'app', layer);
  // It is found by the row that it still has, and is gone when the store is asked for it.
  const has = async (key: string) => {
    berth.pass(2 * DAY);
    expect(await collect(world)).toMatchObject({ objectsRemoved: 1 });
    return world.blobs.has(key);
  };

  await pushLayer({ ...world, blobs: { ...world.blobs, has } }, registry, 'copy', layer);

  await expect(findLayer(world, registry, 'app', sha256(layer))).rejects.toThrow();
  expect(await findLayer(world, registry, 'copy', sha256(layer))).toMatchObject({ size: layer.length });
  expect(berth.log.filter(({ level }) => level === 'error')).toEqual([]);
});
