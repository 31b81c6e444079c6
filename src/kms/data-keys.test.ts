import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { addGrant } from '../storage/metadata/kms-grants.ts';
import { addKey, changeKey } from '../storage/metadata/kms-keys.ts';
import { keyArn } from '../values/kms-arn.ts';
import { generateDataKey, openDataKey } from './data-keys.ts';
import { makeKey } from './make-key.ts';
import { registryKeyOf } from './registry-key.ts';

const MINUTE = 60_000;
const REPOSITORY = 'arn:aws:ecr:us-east-1:123456789012:repository/app';
const encryptionContext = { 'aws:ecr:arn': REPOSITORY, 'aws:s3:arn': 'arn:aws:s3:::local/1' };

let berth: TestBerth;
beforeEach(async () => {
  berth = await startBerth();
});
afterEach(() => berth.stop());

/** A customer's key with ECR's grant for one repository. */
async function grantedKey(operations = ['GenerateDataKey', 'Decrypt']): Promise<{ keyId: string; grantId: string }> {
  const { key, version } = await makeKey(berth.world, { registry: berth.registry });
  const grantId = berth.world.ids.bytes(32).toString('hex');
  await berth.world.metadata.write(async (tx) => {
    await addKey(tx, key, version);
    await addGrant(tx, {
      grant_id: grantId,
      key_id: key.key_id,
      name: null,
      grantee: 'ecr.us-east-1.amazonaws.com',
      grantee_id: null,
      retiring: null,
      retiring_id: null,
      issuing_account: berth.registry.account,
      operations: JSON.stringify(operations),
      constraints: JSON.stringify({ EncryptionContextSubset: { 'aws:ecr:arn': REPOSITORY } }),
      repository_id: null,
      created_at: 0,
    });
  });
  return { keyId: key.key_id, grantId };
}

test('a data key of the registry opens again, also after a restart, with its context alone', async () => {
  const place = await registryKeyOf(berth.world, berth.registry);
  const { plaintext, ciphertextBlob } = await generateDataKey(berth.world, { ...place, encryptionContext });
  await berth.restart();

  expect(plaintext).toHaveLength(32);
  expect(await openDataKey(berth.world, { ciphertextBlob, encryptionContext })).toEqual(plaintext);
  await expect(openDataKey(berth.world, { ciphertextBlob, encryptionContext: {} })).rejects.toMatchObject({
    code: 'InvalidCiphertextException',
  });
});

test('those who ask at once for the key of a registry have the same', async () => {
  const places = await Promise.all(Array.from({ length: 8 }, () => registryKeyOf(berth.world, berth.registry)));
  expect(new Set(places.map((it) => it.keyId)).size).toBe(1);
});

test("a customer's key serves ECR as far as a grant goes", async () => {
  const { keyId } = await grantedKey();
  const arn = keyArn(berth.registry, keyId);
  const asked = { keyId: arn, account: '', region: '', encryptionContext };
  const { plaintext, ciphertextBlob } = await generateDataKey(berth.world, asked);
  const other = { 'aws:ecr:arn': `${REPOSITORY}2` };

  expect(await openDataKey(berth.world, { ciphertextBlob, encryptionContext })).toEqual(plaintext);
  await expect(generateDataKey(berth.world, { ...asked, encryptionContext: other })).rejects.toMatchObject({
    code: 'KmsException',
    facts: expect.objectContaining({ kmsError: 'AccessDeniedException' }),
  });
});

test('a grant without Decrypt opens nothing', async () => {
  const { keyId } = await grantedKey(['GenerateDataKey']);
  const { ciphertextBlob } = await generateDataKey(berth.world, { ...berth.registry, keyId, encryptionContext });
  await expect(openDataKey(berth.world, { ciphertextBlob, encryptionContext })).rejects.toMatchObject({
    code: 'KmsException',
    facts: expect.objectContaining({ kmsError: 'AccessDeniedException' }),
    message: expect.stringContaining('no grant allows the kms:Decrypt action'),
  });
});

test('a key that was disabled, or is to be deleted, stops with the next call', async () => {
  const { keyId } = await grantedKey();
  const { ciphertextBlob } = await generateDataKey(berth.world, { ...berth.registry, keyId, encryptionContext });
  const arn = keyArn(berth.registry, keyId);

  await berth.world.metadata.write((tx) => changeKey(tx, keyId, { state: 'Disabled' }));
  const disabled = {
    code: 'KmsException',
    facts: expect.objectContaining({ kmsError: 'DisabledException' }),
    message: `${arn} is disabled.`,
  };
  await expect(openDataKey(berth.world, { ciphertextBlob, encryptionContext })).rejects.toMatchObject(disabled);
  await expect(generateDataKey(berth.world, { ...berth.registry, keyId, encryptionContext })).rejects.toMatchObject(
    disabled,
  );

  await berth.world.metadata.write((tx) =>
    changeKey(tx, keyId, { state: 'PendingDeletion', deletion_at: Number.MAX_SAFE_INTEGER }),
  );
  await expect(openDataKey(berth.world, { ciphertextBlob, encryptionContext })).rejects.toMatchObject({
    code: 'KmsException',
    facts: expect.objectContaining({ kmsError: 'KMSInvalidStateException' }),
    message: `${arn} is pending deletion.`,
  });
});

test('an unknown key, and a key that is named with another account, does not exist', async () => {
  const { keyId } = await grantedKey();
  const stranger = { account: '999999999999', region: 'us-east-1' };
  for (const asked of [
    { ...stranger, keyId },
    { ...berth.registry, keyId: berth.world.ids.uuid() },
  ]) {
    await expect(generateDataKey(berth.world, { ...asked, encryptionContext })).rejects.toMatchObject({
      code: 'KmsException',
      facts: expect.objectContaining({ kmsError: 'NotFoundException' }),
    });
  }
});

test('the root key is asked once for as long as a key is in use, and again after five idle minutes', async () => {
  const place = await registryKeyOf(berth.world, berth.registry);
  let unwrapped = 0;
  const { rootKey } = berth.world;
  const world = {
    ...berth.world,
    rootKey: {
      ...rootKey,
      unwrap(wrapped: Buffer, context: string) {
        unwrapped += 1;
        return rootKey.unwrap(wrapped, context);
      },
    },
  };
  const use = () => generateDataKey(world, { ...place, encryptionContext });

  await use();
  for (let minutes = 0; minutes < 55; minutes += 4) {
    berth.pass(4 * MINUTE);
    await use();
  }
  expect(unwrapped).toBe(1);
  berth.pass(4 * MINUTE);
  await use();
  expect(unwrapped, 'an hour after it was opened').toBe(2);
  berth.pass(5 * MINUTE);
  await use();
  expect(unwrapped, 'five minutes after its last use').toBe(3);
});
