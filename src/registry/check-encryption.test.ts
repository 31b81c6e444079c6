import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { checkEncryption } from './check-encryption.ts';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

test('AES256 needs no key', async () => {
  const of = { registry: berth.registry, repositoryName: 'app' };
  expect(await checkEncryption(berth.world, of, { type: 'AES256' })).toBeUndefined();
});

test('a KMS key that would encrypt nothing is refused', async () => {
  const of = { registry: berth.registry, repositoryName: 'app' };
  await expect(checkEncryption(berth.world, of, { type: 'AES256', kmsKey: 'alias/mine' })).rejects.toMatchObject({
    code: 'InvalidParameterException',
  });
});
