import type { KMS } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refused } from '../../../test/aws/client.ts';
import { kmsClient, newKey } from '../../../test/aws/kms.ts';
import { startBerth, type TestBerth } from '../../../test/berth.ts';

let berth: TestBerth;
let kms: KMS;
beforeAll(async () => {
  berth = await startBerth();
  kms = kmsClient(berth);
});
afterAll(() => berth.stop());

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const same = (given: Uint8Array | undefined) => Buffer.from(given ?? []).toString();

describe('a symmetric key', () => {
  test('encrypts, and says nothing of itself to decrypt with but the ciphertext', async () => {
    const { id, arn } = await newKey(kms);
    const EncryptionContext = { a: '1', b: '2' };
    const sealed = await kms.encrypt({ KeyId: id, Plaintext: bytes('secret'), EncryptionContext });
    const opened = await kms.decrypt({ CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: { b: '2', a: '1' } });

    expect(sealed).toMatchObject({ KeyId: arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
    expect(opened).toMatchObject({ KeyId: arn, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' });
    expect(opened.KeyMaterialId).toMatch(/^[0-9a-f]{64}$/);
    expect(same(opened.Plaintext)).toBe('secret');
    expect(sealed.CiphertextBlob).toHaveLength('secret'.length + 65);
  });

  test('opens nothing with another context, changed bytes or another key, and tells nothing of it', async () => {
    const { id } = await newKey(kms);
    const other = await newKey(kms);
    const EncryptionContext = { a: '1' };
    const { CiphertextBlob = new Uint8Array() } = await kms.encrypt({
      KeyId: id,
      Plaintext: bytes('secret'),
      EncryptionContext,
    });
    const changed = CiphertextBlob.map((it, i) => (i === 60 ? it ^ 1 : it));

    for (const input of [
      { CiphertextBlob },
      { CiphertextBlob, EncryptionContext: { a: '2' } },
      { CiphertextBlob: changed, EncryptionContext },
      { CiphertextBlob: bytes('no ciphertext') },
      { KeyId: id, CiphertextBlob: bytes('no ciphertext') },
    ]) {
      const error = await kms.decrypt(input).catch((it: unknown) => it);
      expect(error).toMatchObject({ name: 'InvalidCiphertextException' });
      expect(Object.keys(error as object)).not.toContain('Message');
    }
    await expect(kms.decrypt({ KeyId: other.id, CiphertextBlob, EncryptionContext })).rejects.toEqual(
      refused(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      ),
    );
  });

  test('of another installation is one that nobody may use', async () => {
    const blob = Buffer.alloc(100, 7);
    blob[0] = 1;
    await expect(kms.decrypt({ CiphertextBlob: blob })).rejects.toEqual(
      refused(
        'AccessDeniedException',
        'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
      ),
    );
  });

  test('takes 4,096 bytes and a context of 8,192 characters, and no more', async () => {
    const { id } = await newKey(kms);
    const context = (length: number) => ({ k: 'v'.repeat(length - '{"k":""}'.length) });
    const largest = await kms.encrypt({ KeyId: id, Plaintext: new Uint8Array(4_096) });
    await kms.encrypt({ KeyId: id, Plaintext: bytes('x'), EncryptionContext: context(8_192) });

    expect(largest.CiphertextBlob).toHaveLength(4_096 + 65);
    await expect(kms.encrypt({ KeyId: id, Plaintext: new Uint8Array(4_097) })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(kms.encrypt({ KeyId: id, Plaintext: bytes('x'), EncryptionContext: context(8_193) })).rejects.toEqual(
      refused('ValidationException', /8192 characters/),
    );
    await expect(kms.decrypt({ CiphertextBlob: new Uint8Array(6_145) })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('encrypts again under another key, with another context, and never shows what', async () => {
    const from = await newKey(kms);
    const to = await newKey(kms);
    const { CiphertextBlob } = await kms.encrypt({
      KeyId: from.id,
      Plaintext: bytes('x'),
      EncryptionContext: { a: '1' },
    });
    const again = await kms.reEncrypt({
      CiphertextBlob,
      SourceEncryptionContext: { a: '1' },
      DestinationKeyId: to.id,
      DestinationEncryptionContext: { b: '2' },
    });

    expect(again).toMatchObject({ SourceKeyId: from.arn, KeyId: to.arn });
    expect(again).not.toHaveProperty('Plaintext');
    const opened = await kms.decrypt({ CiphertextBlob: again.CiphertextBlob, EncryptionContext: { b: '2' } });
    expect(same(opened.Plaintext)).toBe('x');
  });

  test('makes data keys of the length that is asked for', async () => {
    const { id, arn } = await newKey(kms);
    for (const [input, length] of [
      [{ KeySpec: 'AES_256' }, 32],
      [{ KeySpec: 'AES_128' }, 16],
      [{ NumberOfBytes: 1 }, 1],
      [{ NumberOfBytes: 1_024 }, 1_024],
    ] as const) {
      const made = await kms.generateDataKey({ KeyId: id, ...input });
      expect(made).toMatchObject({ KeyId: arn, KeyMaterialId: expect.any(String) });
      expect(made.Plaintext).toHaveLength(length);
      expect((await kms.decrypt({ CiphertextBlob: made.CiphertextBlob })).Plaintext).toEqual(made.Plaintext);
    }
    const hidden = await kms.generateDataKeyWithoutPlaintext({ KeyId: id, KeySpec: 'AES_256' });
    expect(hidden).not.toHaveProperty('Plaintext');
    expect((await kms.decrypt({ CiphertextBlob: hidden.CiphertextBlob })).Plaintext).toHaveLength(32);
  });

  test.each([[{}], [{ KeySpec: 'AES_256', NumberOfBytes: 32 }]] as const)(
    'asks how long a data key shall be: %j',
    async (input) => {
      const { id } = await newKey(kms);
      await expect(kms.generateDataKey({ KeyId: id, ...input })).rejects.toEqual(
        refused('ValidationException', 'Please specify either number of bytes or key spec.'),
      );
    },
  );

  test('makes pairs whose private half it keeps', async () => {
    const { id } = await newKey(kms);
    const pair = await kms.generateDataKeyPair({ KeyId: id, KeyPairSpec: 'ECC_NIST_P256' });
    const hidden = await kms.generateDataKeyPairWithoutPlaintext({ KeyId: id, KeyPairSpec: 'ECC_NIST_EDWARDS25519' });

    const opened = await kms.decrypt({ CiphertextBlob: pair.PrivateKeyCiphertextBlob });
    expect(opened.Plaintext).toEqual(pair.PrivateKeyPlaintext);
    expect(hidden).not.toHaveProperty('PrivateKeyPlaintext');
    expect(hidden.PublicKey).toBeDefined();
    await expect(kms.generateDataKeyPair({ KeyId: id, KeyPairSpec: 'SM2' })).rejects.toMatchObject({
      name: 'UnsupportedOperationException',
    });
  });

  test('is not used by a dry run, which says that it would have been', async () => {
    const { id } = await newKey(kms);
    const { CiphertextBlob } = await kms.encrypt({ KeyId: id, Plaintext: bytes('x') });
    const outcomes = await Promise.allSettled([
      kms.encrypt({ KeyId: id, Plaintext: bytes('x'), DryRun: true }),
      kms.generateDataKey({ KeyId: id, NumberOfBytes: 1, DryRun: true }),
      kms.decrypt({ CiphertextBlob, DryRun: true }),
      kms.reEncrypt({ CiphertextBlob, DestinationKeyId: id, DryRun: true }),
    ]);
    for (const it of outcomes)
      expect(it).toMatchObject({ status: 'rejected', reason: { name: 'DryRunOperationException' } });
  });

  test('does not sign, and has no public half', async () => {
    const { id, arn } = await newKey(kms);
    await expect(kms.sign({ KeyId: id, Message: bytes('x'), SigningAlgorithm: 'ECDSA_SHA_256' })).rejects.toEqual(
      refused('InvalidKeyUsageException', `${arn} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`),
    );
    await expect(kms.getPublicKey({ KeyId: id })).rejects.toMatchObject({ name: 'UnsupportedOperationException' });
  });
});

test('random bytes are of the length that is asked for, and never the same', async () => {
  const one = await kms.generateRandom({ NumberOfBytes: 32 });
  const other = await kms.generateRandom({ NumberOfBytes: 32 });
  expect(one.Plaintext).toHaveLength(32);
  expect(one.Plaintext).not.toEqual(other.Plaintext);
  await expect(kms.generateRandom({ NumberOfBytes: 1_025 })).rejects.toMatchObject({ name: 'ValidationException' });
});

describe('an RSA key', () => {
  test.each(['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const)(
    'encrypts with %s what it can hold',
    async (algorithm) => {
      const { id } = await newKey(kms, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
      const most = algorithm === 'RSAES_OAEP_SHA_1' ? 214 : 190;
      const Plaintext = new Uint8Array(most).fill(7);
      const { CiphertextBlob } = await kms.encrypt({ KeyId: id, Plaintext, EncryptionAlgorithm: algorithm });

      const opened = await kms.decrypt({ KeyId: id, CiphertextBlob, EncryptionAlgorithm: algorithm });
      expect(opened.Plaintext).toEqual(Plaintext);
      expect(opened).not.toHaveProperty('KeyMaterialId');
      await expect(
        kms.encrypt({ KeyId: id, Plaintext: new Uint8Array(most + 1), EncryptionAlgorithm: algorithm }),
      ).rejects.toEqual(refused('ValidationException', new RegExp(`larger than ${most} bytes`)));
      await expect(kms.decrypt({ CiphertextBlob, EncryptionAlgorithm: algorithm })).rejects.toEqual(
        refused('ValidationException', /KeyId is required/),
      );
      await expect(
        kms.decrypt({ KeyId: id, CiphertextBlob: bytes('x'), EncryptionAlgorithm: algorithm }),
      ).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
      await expect(kms.encrypt({ KeyId: id, Plaintext: bytes('x') })).rejects.toMatchObject({
        name: 'InvalidKeyUsageException',
      });
    },
  );
});
