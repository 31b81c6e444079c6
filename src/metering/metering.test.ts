import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { call } from '../../test/aws/call.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { type Client, clientOf } from '../../test/conformance/http-client.ts';
import { aBlob, CONFIG, type Descriptor, pushBlob, pushImage } from '../../test/conformance/registry-under-test.ts';
import { deleteImageByDigest } from '../registry/delete-image.ts';
import { deleteRepository } from '../registry/delete-repository.ts';
import { readUsage, type Usage } from './read-usage.ts';

const HOUR = 3_600_000;

let berth: TestBerth;
let client: Client;
beforeAll(async () => {
  berth = await startBerth();
  client = clientOf(berth.url, berth.authorization);
});
afterAll(() => berth.stop());

let made = 0;
let name: string;
beforeEach(async () => {
  name = `app-${made++}`;
  await berth.createRepository(name);
});

/** All that was used of the test's own repository until now. */
async function used(repositoryName = name): Promise<Usage[]> {
  await berth.settle();
  await berth.world.meter.flush();
  const usage = await readUsage(berth.world, { from: 0, to: Date.UTC(2100, 0), unit: 'month' });
  return usage.filter((it) => it.repositoryName === repositoryName);
}

async function byteHours(kind = 'storage'): Promise<number> {
  const own = (await used()).filter((it) => it.kind === kind);
  return Number(own.reduce((sum, it) => sum + it.quantity, 0n)) / HOUR;
}

async function countOf(kind: string, operation: string): Promise<number> {
  const own = (await used()).filter((it) => it.kind === kind && it.operation === operation);
  return Number(own.reduce((sum, it) => sum + it.quantity, 0n));
}

async function imageWith(...layers: readonly Descriptor[]) {
  const config = await pushBlob(client, name, aBlob(40), { mediaType: CONFIG });
  const { digest, size } = await pushImage(client, name, { config, layers });
  return { digest, bytes: size + 40 };
}

describe('storage', () => {
  test('is bytes by the time that they are there, a layer of two images once', async () => {
    const shared = await pushBlob(client, name, aBlob(5_000));
    const one = await imageWith(shared);
    await berth.settle();
    berth.pass(2 * HOUR);
    expect(await byteHours()).toBe(2 * (5_000 + one.bytes));

    const two = await imageWith(shared);
    await berth.settle();
    berth.pass(HOUR);
    expect(await byteHours()).toBe(3 * (5_000 + one.bytes) + two.bytes);

    await deleteImageByDigest(berth.world, berth.registry, name, one.digest);
    berth.pass(HOUR);
    expect(await byteHours()).toBe(3 * (5_000 + one.bytes) + two.bytes + 5_000 + two.bytes);
  });

  test('moves to the archive with the last image that needs it active, and comes back', async () => {
    const shared = await pushBlob(client, name, aBlob(5_000));
    const [one, two] = [await imageWith(shared), await imageWith(shared)];
    const move = async (imageDigest: string, targetStorageClass: string) => {
      const body = { repositoryName: name, imageId: { imageDigest }, targetStorageClass };
      expect(await call(berth, 'UpdateImageStorageClass', { body })).toMatchObject({ status: 200 });
    };
    await move(one.digest, 'ARCHIVE');
    await berth.settle();
    berth.pass(HOUR);
    expect([await byteHours(), await byteHours('archive-storage')]).toEqual([5_000 + two.bytes, one.bytes]);

    await move(two.digest, 'ARCHIVE');
    await berth.settle();
    berth.pass(HOUR);
    const archived = 2 * one.bytes + two.bytes + 5_000;
    expect([await byteHours(), await byteHours('archive-storage')]).toEqual([5_000 + two.bytes, archived]);

    await deleteImageByDigest(berth.world, berth.registry, name, one.digest);
    await berth.settle();
    expect(await byteHours('archive-early-delete')).toBe(one.bytes * (90 * 24 - 2));
    await move(two.digest, 'STANDARD');
    berth.pass(berth.world.rules.restoreDelayMs);
    await berth.settle();
    expect(await countOf('archive-retrieval', 'UpdateImageStorageClass')).toBe(5_000 + two.bytes);
  });

  test('ends with its repository, and what was counted stays', async () => {
    const image = await imageWith(await pushBlob(client, name, aBlob(1_000)));
    await berth.settle();
    berth.pass(90 * 60_000);
    await deleteRepository(berth.world, { registry: berth.registry, repositoryName: name, force: true });
    await berth.settle();
    berth.pass(HOUR);
    expect(await byteHours()).toBe(1.5 * (1_000 + image.bytes));
  });

  test('counts at the time of a change, whenever it is looked at', async () => {
    const image = await imageWith(await pushBlob(client, name, aBlob(1_000)));
    berth.pass(HOUR);
    await deleteImageByDigest(berth.world, berth.registry, name, image.digest);
    berth.pass(HOUR);
    expect(await byteHours()).toBe(1_000 + image.bytes);
  });
});

describe('what is sent', () => {
  test('is each byte of layers and manifests, and of a range its own', async () => {
    const layer = await pushBlob(client, name, aBlob(4_000));
    const { digest } = await imageWith(layer);
    const manifest = await client.send('GET', `/v2/${name}/manifests/${digest}`);
    await client.send('HEAD', `/v2/${name}/blobs/${layer.digest}`);
    await client.send('GET', `/v2/${name}/blobs/${layer.digest}`);
    await client.send('GET', `/v2/${name}/blobs/${layer.digest}`, { headers: { Range: 'bytes=100-199' } });

    expect(await countOf('transfer-same-region', 'GetDownloadUrlForLayer')).toBe(4_100);
    expect(await countOf('transfer-same-region', 'BatchGetImage')).toBe(manifest.body.length);
    expect(await countOf('requests', 'GetDownloadUrlForLayer')).toBe(2);
    expect(await countOf('requests', 'PutImage')).toBe(1);
  });

  test('counts of a pull that was broken off what had gone out', async () => {
    const size = 16 * 1024 * 1024;
    const layer = await pushBlob(client, name, Buffer.alloc(size, name));
    await new Promise<void>((resolve, reject) => {
      const pull = request(
        `${berth.url}/v2/${name}/blobs/${layer.digest}`,
        { headers: { Authorization: berth.authorization }, agent: false },
        (answer) => {
          answer.once('data', () => {
            answer.destroy();
            resolve();
          });
        },
      );
      pull.once('error', reject).end();
    });
    await expect.poll(() => countOf('transfer-same-region', 'GetDownloadUrlForLayer')).toBeGreaterThan(1_000);
    expect(await countOf('transfer-same-region', 'GetDownloadUrlForLayer')).toBeLessThan(size);
  });

  test('is kept over a restart', async () => {
    const layer = await pushBlob(client, name, aBlob(3_000));
    await client.send('GET', `/v2/${name}/blobs/${layer.digest}`);
    await berth.restart();
    expect(await countOf('transfer-same-region', 'GetDownloadUrlForLayer')).toBe(3_000);
  });
});
