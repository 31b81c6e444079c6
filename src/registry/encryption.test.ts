import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  type ECRClient,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  ListImagesCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import type { KMS } from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../test/aws/client.ts';
import { kmsClient, newKey } from '../../test/aws/kms.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { everythingStored, whereIs } from '../../test/encryption/everything-stored.ts';
import { user } from '../../test/identity.ts';
import { aManifest, OWNER, pushLayer, sha256 } from '../../test/manifests.ts';
import { fsck } from '../housekeeping/fsck.ts';
import { parseSeal } from '../kms/envelope/seal.ts';
import { findLiveObject } from '../storage/metadata/objects.ts';
import { appendToUpload } from './append-to-upload.ts';
import { completeUpload } from './complete-upload.ts';
import { deleteRepository } from './delete-repository.ts';
import { getRepository } from './get-repository.ts';
import { readLayer } from './layers.ts';
import type { Manifest } from './parse-manifest.ts';
import { keyScopeOf } from './sealing-keys.ts';
import { startUpload } from './uploads.ts';

let berth: TestBerth;
let ecr: ECRClient;
let kms: KMS;
beforeEach(async () => {
  berth = await startBerth();
  ecr = ecrClient(berth);
  kms = kmsClient(berth);
});
afterEach(() => berth.stop());

const headers = () => ({ authorization: berth.authorization });

function blob(repository: string, digest: string, range?: string): Promise<Response> {
  const asked = range === undefined ? headers() : { ...headers(), range };
  return fetch(`${berth.url}/v2/${repository}/blobs/${digest}`, { headers: asked });
}

async function bytesOf(repository: string, digest: string, range?: string): Promise<Buffer> {
  return Buffer.from(await (await blob(repository, digest, range)).arrayBuffer());
}

async function kmsRepository(repositoryName: string, kmsKey: string, encryptionType: 'KMS' | 'KMS_DSSE' = 'KMS') {
  const encryptionConfiguration = { encryptionType, kmsKey };
  await ecr.send(new CreateRepositoryCommand({ repositoryName, encryptionConfiguration }));
}

/** Pushes an image of one layer at the docker door. */
async function pushTo(repository: string, layer: Buffer, tag = 'v1', annotations?: Record<string, string>) {
  const config = await pushLayer(berth.world, berth.registry, repository, Buffer.from('{}'));
  const pushed = await pushLayer(berth.world, berth.registry, repository, layer);
  const manifest = aManifest({ config, layers: [pushed], ...(annotations && { annotations }) } as never);
  expect((await putManifest(repository, manifest, tag)).status).toBe(201);
  return { manifest, digest: pushed.digest };
}

function putManifest(repository: string, manifest: Manifest, tag: string): Promise<Response> {
  return fetch(`${berth.url}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { ...headers(), 'content-type': manifest.mediaType },
    body: new Uint8Array(manifest.bytes),
  });
}

test('no byte of a layer, a manifest, a secret key or a token is stored in the clear', async () => {
  await berth.createRepository('app');
  const canary = (what: string) => `${what}-${crypto.randomUUID()}`;
  const canaries = { layer: canary('layer'), annotation: canary('annotation'), draft: canary('draft') };
  const layer = Buffer.concat([randomBytes(300_000), Buffer.from(canaries.layer), randomBytes(300_000)]);
  const { manifest, digest } = await pushTo('app', layer, 'v1', { note: canaries.annotation });
  await ecr.send(
    new PutImageCommand({ repositoryName: 'app', imageManifest: manifest.bytes.toString(), imageTag: 'v2' }),
  );
  const owner = { registry: berth.registry, repositoryName: 'app', principal: OWNER };
  const { id: uploadId } = await startUpload(berth.world, owner);
  await appendToUpload(berth.world, { ...owner, uploadId, bytes: Readable.from([Buffer.from(canaries.draft)]) });
  const someone = await user(berth, { policies: [] });
  expect((await bytesOf('app', digest)).equals(layer)).toBe(true);

  const kept = await everythingStored(berth);
  const secrets = [berth.secretAccessKey, someone.secretAccessKey, berth.password];
  for (const it of [...Object.values(canaries), ...secrets]) expect(whereIs(it, kept)).toEqual([]);
  // The search finds what is there.
  expect(whereIs(manifest.digest, kept)).not.toEqual([]);
});

describe('a layer', () => {
  test('that came in pieces over several nodes is one layer, and any range of it can be read', async () => {
    await berth.createRepository('app');
    const owner = { registry: berth.registry, repositoryName: 'app', principal: OWNER };
    const { id: uploadId } = await startUpload(berth.world, owner);
    const parts = [randomBytes(300_000), randomBytes(1), randomBytes(262_144), randomBytes(5)];
    for (const it of parts) {
      await appendToUpload(berth.world, { ...owner, uploadId, bytes: Readable.from([it]) });
      await berth.restart();
    }
    const layer = Buffer.concat(parts);
    await completeUpload(berth.world, { ...owner, uploadId, digests: [sha256(layer)] });
    const object = await berth.world.metadata.read((tx) => findLiveObject(tx, berth.registry, sha256(layer)));
    const { segments } = parseSeal(Buffer.from(object?.seal ?? []));
    // No key and nonce ever seal two things.
    expect(new Set(segments.map((it) => it.salt.toString('hex'))).size).toBe(parts.length);

    expect((await bytesOf('app', sha256(layer))).equals(layer)).toBe(true);
    for (const [first, last] of [
      [0, 0],
      [299_999, 300_001],
      [262_143, 562_145],
      [layer.length - 1, layer.length - 1],
    ] as const) {
      const range = await bytesOf('app', sha256(layer), `bytes=${first}-${last}`);
      expect(range.equals(layer.subarray(first, last + 1))).toBe(true);
    }
    expect(await fsck(berth.world, { repair: false })).toMatchObject({ isClean: true });
  });

  test('whose bytes are those of another one is not sent', async () => {
    await berth.createRepository('app');
    const [one, other] = [randomBytes(1000), randomBytes(1000)];
    for (const it of [one, other]) await pushLayer(berth.world, berth.registry, 'app', it);
    const objects = await Promise.all(
      [one, other].map((it) => berth.world.metadata.read((tx) => findLiveObject(tx, berth.registry, sha256(it)))),
    );
    const [first, second] = objects.map((it) => it?.object_key ?? '');
    const { blobs } = berth.world;
    const swapped = {
      ...berth.world,
      blobs: { ...blobs, read: (key: string) => blobs.read(key === first ? (second ?? '') : key) },
    };

    const layer = await readLayer(swapped, berth.registry, 'app', sha256(one));
    await expect(layer.open().then(buffer)).rejects.toThrow('a frame that was changed');
  });

  test('of an object whose row was changed is not sent', async () => {
    await berth.createRepository('app');
    const layer = randomBytes(1000);
    await pushLayer(berth.world, berth.registry, 'app', layer);
    const [one] = [await berth.world.metadata.read((tx) => findLiveObject(tx, berth.registry, sha256(layer)))];
    const seal = Buffer.from(one?.seal ?? []);
    seal[seal.length - 40] = (seal[seal.length - 40] ?? 0) ^ 1;
    await berth.world.metadata.write((tx) => tx.updateTable('objects').set({ seal }).execute());

    expect((await blob('app', sha256(layer))).status).toBe(500);
  });
});

describe('a repository with a KMS key', () => {
  let key: { id: string; arn: string };
  beforeEach(async () => {
    key = await newKey(kms);
  });

  test.each(['KMS', 'KMS_DSSE'] as const)('of type %s is pushed to and pulled from', async (type) => {
    await kmsRepository('secret', key.arn, type);
    const layer = randomBytes(600_000);
    const { manifest, digest } = await pushTo('secret', layer);

    expect((await bytesOf('secret', digest)).equals(layer)).toBe(true);
    expect((await bytesOf('secret', digest, 'bytes=262140-262150')).equals(layer.subarray(262_140, 262_151))).toBe(
      true,
    );
    const pulled = await fetch(`${berth.url}/v2/secret/manifests/v1`, { headers: headers() });
    expect(Buffer.from(await pulled.arrayBuffer()).equals(manifest.bytes)).toBe(true);
    const scope = keyScopeOf(await getRepository(berth.world, berth.registry, 'secret'));
    const object = await berth.world.metadata.read((tx) => findLiveObject(tx, berth.registry, digest, scope));
    const overhead = (object?.stored_size ?? 0) - layer.length;
    // Three frames, each with one tag or two.
    expect(overhead % 64).toBe(type === 'KMS' ? 48 : 32);
    expect(await fsck(berth.world, { repair: false })).toMatchObject({ isClean: true, checked: { closed: 0 } });
  });

  test('serves nothing while the key is disabled, and all of it when it is enabled again', async () => {
    await kmsRepository('secret', key.arn);
    const layer = randomBytes(1000);
    const { manifest, digest } = await pushTo('secret', layer);
    const repositoryName = 'secret';
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const part = { repositoryName, uploadId, partFirstByte: 0, partLastByte: 9, layerPartBlob: randomBytes(10) };
    await ecr.send(new UploadLayerPartCommand(part));
    await kms.disableKey({ KeyId: key.id });
    const said = `${key.arn} is disabled.`;
    const denied = refused('KmsException', said, { kmsError: 'DisabledException' });

    for (const path of [`blobs/${digest}`, 'manifests/v1', `manifests/${manifest.digest}`]) {
      const answer = await fetch(`${berth.url}/v2/secret/${path}`, { headers: headers() });
      expect(answer.status).toBe(403);
      expect(await answer.json()).toEqual({ errors: [expect.objectContaining({ code: 'DENIED', message: said })] });
    }
    const started = await fetch(`${berth.url}/v2/secret/blobs/uploads/`, { method: 'POST', headers: headers() });
    expect(started.status).toBe(403);
    expect((await putManifest('secret', manifest, 'v3')).status).toBe(403);
    await expect(ecr.send(new InitiateLayerUploadCommand({ repositoryName }))).rejects.toEqual(denied);
    const next = { ...part, partFirstByte: 10, partLastByte: 19 };
    await expect(ecr.send(new UploadLayerPartCommand(next))).rejects.toEqual(denied);
    const layerDigests = [sha256(part.layerPartBlob)];
    const complete = new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests });
    await expect(ecr.send(complete)).rejects.toEqual(denied);
    const put = { repositoryName, imageManifest: manifest.bytes.toString(), imageTag: 'v2' };
    await expect(ecr.send(new PutImageCommand(put))).rejects.toEqual(denied);
    await expect(ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digest }))).rejects.toEqual(
      expect.objectContaining({ name: 'LayerInaccessibleException' }),
    );
    const imageIds = [{ imageTag: 'v1' }];
    const { failures, images } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
    expect({ failures, images }).toEqual({
      images: [],
      failures: [
        { failureCode: 'KmsError', failureReason: said, imageId: { imageTag: 'v1', imageDigest: manifest.digest } },
      ],
    });
    expect((await ecr.send(new DescribeImagesCommand({ repositoryName }))).imageDetails).toHaveLength(1);
    expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toHaveLength(1);
    expect(await fsck(berth.world, { repair: true })).toMatchObject({ isClean: true, checked: { closed: 2 } });

    await kms.enableKey({ KeyId: key.id });
    expect((await bytesOf('secret', digest)).equals(layer)).toBe(true);
    await ecr.send(complete);
    await kms.disableKey({ KeyId: key.id });
    const deleted = await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    expect(deleted.failures).toEqual([]);
  });

  test('shares its bytes with others of the same key, each by a right of its own', async () => {
    for (const it of ['one', 'two', 'three']) await kmsRepository(it, key.arn);
    const layer = randomBytes(1000);
    const { digest } = await pushTo('one', layer);

    const mounted = await fetch(`${berth.url}/v2/two/blobs/uploads/?mount=${digest}&from=one`, {
      method: 'POST',
      headers: headers(),
    });
    expect(mounted.status).toBe(201);
    await pushTo('three', layer);
    const count = await berth.world.metadata.read((tx) =>
      tx.selectFrom('objects').select('object_key').where('digest', '=', digest).execute(),
    );
    expect(count).toHaveLength(1);

    await deleteRepository(berth.world, { registry: berth.registry, repositoryName: 'one', force: true });
    for (const it of ['two', 'three']) expect((await bytesOf(it, digest)).equals(layer)).toBe(true);
    expect(await fsck(berth.world, { repair: false })).toMatchObject({ isClean: true, checked: { closed: 0 } });
  });

  test('shares nothing with a repository of another key or none: not by mount, not by push, not by a guess', async () => {
    const other = await newKey(kms);
    await kmsRepository('one', key.arn);
    await kmsRepository('dsse', key.arn, 'KMS_DSSE');
    await kmsRepository('two', other.arn);
    await berth.createRepository('plain');
    const layer = randomBytes(1000);
    const { digest } = await pushTo('one', layer);

    for (const to of ['dsse', 'two', 'plain']) {
      for (const from of ['&from=one', '']) {
        const address = `${berth.url}/v2/${to}/blobs/uploads/?mount=${digest}${from}`;
        const answer = await fetch(address, { method: 'POST', headers: headers() });
        expect(answer.status).toBe(202);
      }
      const unknown = await fetch(`${berth.url}/v2/${to}/blobs/uploads/?mount=${sha256(randomBytes(9))}&from=one`, {
        method: 'POST',
        headers: headers(),
      });
      expect(unknown.status).toBe(202);
      expect((await blob(to, digest)).status).toBe(404);
      await pushTo(to, layer);
      expect((await bytesOf(to, digest)).equals(layer)).toBe(true);
    }
    const objects = await berth.world.metadata.read((tx) =>
      tx.selectFrom('objects').select('key_scope').where('digest', '=', digest).execute(),
    );
    expect(new Set(objects.map((it) => it.key_scope)).size).toBe(4);
  });

  test('has its layers sealed also where others are left to the store', async () => {
    await berth.restart({ encryption: 'store' });
    ecr = ecrClient(berth);
    await kmsRepository('secret', key.arn);
    await berth.createRepository('plain');
    const [secret, plain] = [Buffer.from(`secret-${crypto.randomUUID()}`), Buffer.from(`plain-${crypto.randomUUID()}`)];
    await pushTo('secret', secret);
    await pushTo('plain', plain);

    const kept = await everythingStored(berth);
    expect(whereIs(secret, kept)).toEqual([]);
    expect(whereIs(plain, kept)).toHaveLength(1);
  });
});

test('layers that were sealed are read also when new ones are left to the store, and the other way round', async () => {
  await berth.createRepository('app');
  const [sealed, clear] = [randomBytes(1000), randomBytes(1000)];
  await pushTo('app', sealed, 'sealed');
  await berth.restart({ encryption: 'store' });
  await pushTo('app', clear, 'clear');
  for (const it of [sealed, clear]) expect((await bytesOf('app', sha256(it))).equals(it)).toBe(true);

  await berth.restart({ encryption: 'envelope' });
  for (const it of [sealed, clear]) expect((await bytesOf('app', sha256(it))).equals(it)).toBe(true);
  expect(await fsck(berth.world, { repair: false })).toMatchObject({ isClean: true });
});
