import { afterEach, beforeEach, expect, test } from 'vitest';
import { kmsClient, newKey } from '../../../test/aws/kms.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { rotateRootKey } from '../../housekeeping/rotate-root-key.ts';
import type { Settings } from '../../settings/table.ts';

/** One Berth is the KMS of another. */
let keeper: TestBerth;
let berth: TestBerth | undefined;
let rootKey: { readonly id: string; readonly arn: string };
beforeEach(async () => {
  keeper = await startBerth();
  rootKey = await newKey(kmsClient(keeper));
});
afterEach(async () => {
  await berth?.stop();
  berth = undefined;
  await keeper.stop();
});

function kept(provider: Settings['rootKeyProvider'] = ['aws-kms']): Partial<Settings> {
  return {
    rootKeyProvider: provider,
    rootKmsKeyId: rootKey.arn,
    rootKmsEndpoint: keeper.url,
    rootKmsRegion: keeper.registry.region,
    rootKmsAccessKeyId: keeper.accessKeyId,
    rootKmsSecretAccessKey: keeper.secretAccessKey,
  };
}

/** What one key encrypted still opens, on a process that has nothing in memory. */
async function encrypted(it: TestBerth): Promise<() => Promise<void>> {
  const { id } = await newKey(kmsClient(it));
  const { CiphertextBlob } = await kmsClient(it).encrypt({ KeyId: id, Plaintext: Buffer.from('x') });
  return async () => {
    const { Plaintext } = await kmsClient(it).decrypt({ CiphertextBlob });
    expect(Buffer.from(Plaintext ?? []).toString()).toBe('x');
  };
}

test('a key of another KMS is the root key: nothing is kept here, and nothing opens without it', async () => {
  berth = await startBerth({ settings: kept() });
  const opens = await encrypted(berth);
  await berth.restart();
  await opens();

  const keys = kmsClient(keeper);
  await keys.disableKey({ KeyId: rootKey.id });
  berth.pass(6 * 60_000);
  await expect(opens()).rejects.toMatchObject({ name: 'KeyUnavailableException' });
  await expect(kmsClient(berth).createKey({})).rejects.toMatchObject({ name: 'KeyUnavailableException' });
  await keys.enableKey({ KeyId: rootKey.id });
  await opens();
});

test('a start without the root key says what is wrong', async () => {
  await kmsClient(keeper).disableKey({ KeyId: rootKey.id });
  await expect(startBerth({ settings: kept() })).rejects.toMatchObject({
    name: 'CannotStart',
    message: expect.stringContaining(`${rootKey.arn} is disabled.`),
  });
});

test('keys move from a root key that is here to one of another KMS, and need the one here no more', async () => {
  berth = await startBerth();
  const opens = await encrypted(berth);
  await berth.restart(kept(['aws-kms', 'local']));
  await opens();
  expect((await rotateRootKey(berth.world)).rewrapped).toBeGreaterThan(1);
  await berth.restart(kept());
  await opens();
});
