import { access, readdir, readFile } from 'node:fs/promises';
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ecrClient } from '../../test/aws/client.ts';
import { kmsClient, newKey } from '../../test/aws/kms.ts';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { systemIds } from '../ids.ts';
import { dataFolder } from '../installation/data-folder.ts';
import { previousKeysFile, replaceRootKey } from '../installation/root-key.ts';
import { localRootKey } from '../kms/root-key/local.ts';
import { rotateRootKey } from './rotate-root-key.ts';

const keyOf = (byte: number) => Buffer.alloc(32, byte);

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth();
});
afterEach(() => berth.stop());

/** Something under every kind of key: a KMS key in two versions, a pair, the registry's own. */
async function seal(): Promise<() => Promise<void>> {
  const kms = kmsClient(berth);
  const { id } = await newKey(kms);
  const one = await kms.encrypt({ KeyId: id, Plaintext: Buffer.from('one') });
  await kms.rotateKeyOnDemand({ KeyId: id });
  const two = await kms.encrypt({ KeyId: id, Plaintext: Buffer.from('two') });
  const pair = await newKey(kms, { KeySpec: 'RSA_4096', KeyUsage: 'SIGN_VERIFY' });
  return async () => {
    const again = kmsClient(berth);
    for (const [blob, text] of [
      [one.CiphertextBlob, 'one'],
      [two.CiphertextBlob, 'two'],
    ] as const) {
      const { Plaintext } = await again.decrypt({ CiphertextBlob: blob });
      expect(Buffer.from(Plaintext ?? []).toString()).toBe(text);
    }
    const signing = { KeyId: pair.id, Message: Buffer.from('x'), SigningAlgorithm: 'RSASSA_PSS_SHA_256' } as const;
    expect((await again.sign(signing)).Signature).toBeDefined();
    // The access key's secret and all tokens hang on the system key.
    await ecrClient(berth).send(new DescribeRepositoriesCommand({}));
  };
}

describe('a root key in the data folder', () => {
  test('is replaced while a server runs, which makes keys with the new one and opens those of before', async () => {
    const opens = await seal();
    const folder = dataFolder(berth.settings.dataDir);
    const before = await readFile(folder.rootKey);

    expect(await replaceRootKey(folder, systemIds)).toBe(true);
    const kms = kmsClient(berth);
    const meanwhile = await newKey(kms);
    const report = await rotateRootKey(berth.world);

    expect(await readFile(folder.rootKey)).not.toEqual(before);
    expect(report).toEqual({ rewrapped: 4, keys: 5 });
    expect(await rotateRootKey(berth.world)).toEqual({ rewrapped: 0, keys: 5 });
    berth.pass(6 * 60_000);
    await opens();
    await berth.restart();
    await opens();
    expect((await kmsClient(berth).describeKey({ KeyId: meanwhile.id })).KeyMetadata).toBeDefined();
    await expect(access(previousKeysFile(folder)), 'nobody needs it').rejects.toThrow('ENOENT');
  });

  test('is gone on with where it was cut off', async () => {
    const opens = await seal();
    const folder = dataFolder(berth.settings.dataDir);
    await replaceRootKey(folder, systemIds);
    const made = await readFile(folder.rootKey);
    await berth.restart();
    await opens();
    expect(await access(previousKeysFile(folder))).toBeUndefined();

    expect(await replaceRootKey(folder, systemIds), 'the one that was made is not replaced').toBe(false);
    expect(await readFile(folder.rootKey)).toEqual(made);
    expect(await rotateRootKey(berth.world)).toMatchObject({ rewrapped: 4 });
    await opens();
  });
});

test('a root key of settings is replaced, and the one before opens nothing after that', async () => {
  await berth.stop();
  berth = await startBerth({ settings: { rootKey: keyOf(1) } });
  const opens = await seal();
  await berth.restart({ rootKey: keyOf(2), previousRootKeys: [keyOf(1)] });
  await opens();
  await rotateRootKey(berth.world);
  await berth.restart({ rootKey: keyOf(2), previousRootKeys: undefined });
  await opens();
  expect(await readdirOf(berth)).not.toContain('root.key');
});

test('a root key that is missing is said to be, and changes nothing', async () => {
  await berth.stop();
  berth = await startBerth({ settings: { rootKey: keyOf(1) } });
  const opens = await seal();
  const world = { ...berth.world, rootKey: await localRootKey(async () => [keyOf(9)], systemIds) };
  await expect(rotateRootKey(world)).rejects.toMatchObject({ name: 'NotWrappedHere' });
  await berth.restart();
  await opens();
});

async function readdirOf({ settings }: TestBerth): Promise<string[]> {
  return readdir(settings.dataDir);
}
