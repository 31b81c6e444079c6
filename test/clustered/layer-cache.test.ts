import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ecrClient } from '../aws/client.ts';
import { kmsClient, newKey } from '../aws/kms.ts';
import { startBerth, type TestBerth } from '../berth.ts';
import { newest, withNewest } from '../clients/client.ts';
import { digestsIn } from '../clients/images.ts';
import { onStage, useStage } from '../clients/stage.ts';
import { pushLayer } from '../manifests.ts';

const MIB = 1024 * 1024;
const TOKEN = 'a-token-of-this-test';

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth({ settings: { s3Cache: 1, metricsToken: TOKEN } });
  await berth.createRepository('app');
});
afterEach(() => berth.stop());

const push = (bytes: Buffer, repositoryName = 'app') => pushLayer(berth.world, berth.registry, repositoryName, bytes);

async function ask(digest: string, headers: Readonly<Record<string, string>> = {}, name = 'app'): Promise<Response> {
  return fetch(`${berth.url}/v2/${name}/blobs/${digest}`, {
    headers: { authorization: berth.authorization, ...headers },
  });
}

async function pull(digest: string): Promise<Buffer> {
  const bytes = Buffer.from(await (await ask(digest)).arrayBuffer());
  await berth.world.layerCache?.settled();
  return bytes;
}

const folder = () => join(berth.settings.dataDir, 'layer-cache');
const files = async () =>
  Promise.all((await readdir(folder())).map(async (it) => ({ it, bytes: await readFile(join(folder(), it)) })));

/** Takes all bytes out of the bucket. */
async function emptyBucket(): Promise<void> {
  const keys = (await Array.fromAsync(berth.world.blobs.list())).map(({ key }) => key);
  await berth.world.blobs.remove(keys);
}

test('a layer that was pulled is pulled again without S3, whole and in ranges, and lies here sealed', async () => {
  const bytes = Buffer.alloc(3 * MIB, 'a layer that nobody should read on a disk. ');
  const { digest } = await push(bytes);
  expect((await pull(digest)).equals(bytes)).toBe(true);
  await emptyBucket();

  expect((await pull(digest)).equals(bytes)).toBe(true);
  const part = await ask(digest, { range: 'bytes=1000000-1000099' });
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1_000_000, 1_000_100))).toBe(true);

  const kept = await files();
  expect(kept).toHaveLength(1);
  expect(kept[0]?.bytes.length).toBeGreaterThan(bytes.length);
  expect(kept[0]?.bytes.includes('nobody should read')).toBe(false);
  const metrics = await (await fetch(`${berth.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
  expect(metrics).toContain('berth_layer_cache_reads_total{result="hit"} 2\n');
  expect(metrics).toContain('berth_layer_cache_reads_total{result="miss"} 1\n');
  expect(metrics).toContain('berth_layer_cache_fills_total{result="kept"} 1\n');
  expect(metrics).toContain(`berth_layer_cache_bytes ${kept[0]?.bytes.length}\n`);
});

test('many who begin at the same moment read S3 once', async () => {
  const bytes = randomBytes(20 * MIB);
  const { digest } = await push(bytes);

  const pulled = await Promise.all(
    Array.from({ length: 10 }, async () => Buffer.from(await (await ask(digest)).arrayBuffer())),
  );

  expect(pulled.every((it) => it.equals(bytes))).toBe(true);
  expect(berth.world.layerCache?.figures()).toMatchObject({ hits: 9, misses: 1 });
});

test('a kept file that has changed breaks one pull, never gives a wrong byte, and is not used again', async () => {
  const bytes = randomBytes(3 * MIB);
  const { digest } = await push(bytes);
  await pull(digest);
  const [kept] = await files();
  const changed = Buffer.from(kept?.bytes ?? []);
  changed[2 * MIB] = (changed[2 * MIB] ?? 0) ^ 1;
  await writeFile(join(folder(), kept?.it ?? ''), changed);

  await expect(pull(digest)).rejects.toThrow();
  await berth.world.layerCache?.settled();
  expect(await files()).toEqual([]);

  expect((await pull(digest)).equals(bytes)).toBe(true);
  expect(await files()).toEqual([kept]);
});

test('a repository whose key is disabled gives nothing of what is kept', async () => {
  const kms = kmsClient(berth);
  const key = await newKey(kms);
  const encryptionConfiguration = { encryptionType: 'KMS', kmsKey: key.arn } as const;
  await ecrClient(berth).send(new CreateRepositoryCommand({ repositoryName: 'secret', encryptionConfiguration }));
  const { digest } = await push(randomBytes(MIB), 'secret');
  await (await ask(digest, {}, 'secret')).arrayBuffer();
  await berth.world.layerCache?.settled();
  expect(await files()).toHaveLength(1);

  await kms.disableKey({ KeyId: key.id });
  expect((await ask(digest, {}, 'secret')).status).not.toBe(200);
  await kms.enableKey({ KeyId: key.id });
  expect((await ask(digest, {}, 'secret')).status).toBe(200);
});

test('a layer that was deleted is not served from what is kept', async () => {
  const { digest } = await push(randomBytes(MIB));
  await pull(digest);
  const path = `${berth.url}/v2/app/blobs/${digest}`;
  await fetch(path, { method: 'DELETE', headers: { authorization: berth.authorization } });

  expect((await ask(digest)).status).toBe(404);
  expect(await files()).toHaveLength(1);
});

withNewest('a real client and the layer cache', ['skopeo'], () => {
  const stage = useStage({ tls: false, environment: { BERTH_S3_CACHE: '1', BERTH_METRICS_TOKEN: TOKEN } });
  const metrics = async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    return (await fetch(`${stage.registry.url}/metrics`, { headers })).text();
  };

  test('pulls an image a second time from what is kept', async () => {
    const skopeo = onStage(stage, newest('skopeo'));
    const repository = await stage.repository('cached');
    const copy = (from: string, to: string) =>
      skopeo('copy', '--src-tls-verify=false', '--dest-tls-verify=false', from, to);
    await copy('oci:layout:single', `docker://${repository}:1`);
    await copy(`docker://${repository}:1`, 'oci:first:1');
    // The config and two layers.
    await expect.poll(metrics).toContain('berth_layer_cache_fills_total{result="kept"} 3\n');

    await copy(`docker://${repository}:1`, 'oci:second:1');

    expect(await metrics()).toContain('berth_layer_cache_reads_total{result="hit"} 3\n');
    expect(await metrics()).toContain('berth_layer_cache_reads_total{result="miss"} 3\n');
    expect(digestsIn(join(stage.home, 'second'))).toEqual([stage.images.single.digest]);
  });
});
