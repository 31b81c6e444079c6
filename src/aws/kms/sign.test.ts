import { constants, createHash, createPublicKey, verify } from 'node:crypto';
import type { KeySpec, KMS, SigningAlgorithmSpec } from '@aws-sdk/client-kms';
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

const MESSAGE = Buffer.from('what is signed');
const PAIRS: readonly (readonly [KeySpec, SigningAlgorithmSpec])[] = [
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256'],
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512'],
  ['RSA_3072', 'RSASSA_PSS_SHA_256'],
  ['RSA_2048', 'RSASSA_PSS_SHA_384'],
  ['RSA_2048', 'RSASSA_PSS_SHA_512'],
  ['ECC_NIST_P256', 'ECDSA_SHA_256'],
  ['ECC_NIST_P384', 'ECDSA_SHA_384'],
  ['ECC_NIST_P521', 'ECDSA_SHA_512'],
  ['ECC_SECG_P256K1', 'ECDSA_SHA_256'],
];

/** Whether OpenSSL takes it for a signature of the message. */
function isSignature(der: Uint8Array, algorithm: string, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  const hash = `sha${algorithm.slice(-3)}`;
  const padding = algorithm.includes('PSS') ? constants.RSA_PKCS1_PSS_PADDING : undefined;
  return verify(hash, MESSAGE, { key, ...(padding !== undefined && { padding }) }, signature);
}

describe.each(PAIRS)('a key of the spec %s with %s', (spec, SigningAlgorithm) => {
  const digest = createHash(`sha${SigningAlgorithm.slice(-3)}`)
    .update(MESSAGE)
    .digest();

  test('signs messages and digests alike, as OpenSSL and its own Verify find', async () => {
    const { id, arn } = await newKey(kms, { KeySpec: spec, KeyUsage: 'SIGN_VERIFY' });
    const { PublicKey = new Uint8Array(), ...described } = await kms.getPublicKey({ KeyId: id });
    const raw = { Message: MESSAGE, MessageType: 'RAW' } as const;
    const hashed = { Message: digest, MessageType: 'DIGEST' } as const;

    expect(described).toMatchObject({ KeyId: arn, KeySpec: spec, KeyUsage: 'SIGN_VERIFY' });
    for (const how of [raw, hashed]) {
      const { Signature = new Uint8Array() } = await kms.sign({ KeyId: id, SigningAlgorithm, ...how });
      expect(isSignature(PublicKey, SigningAlgorithm, Signature)).toBe(true);
      for (const again of [raw, hashed]) {
        const verified = await kms.verify({ KeyId: id, SigningAlgorithm, Signature, ...again });
        expect(verified).toMatchObject({ KeyId: arn, SignatureValid: true, SigningAlgorithm });
      }
      for (const Wrong of [Signature.map((it, i) => (i === 20 ? it ^ 1 : it)), MESSAGE, Signature.subarray(1)]) {
        for (const again of [raw, hashed]) {
          await expect(kms.verify({ KeyId: id, SigningAlgorithm, Signature: Wrong, ...again })).rejects.toMatchObject({
            name: 'KMSInvalidSignatureException',
          });
        }
      }
      const other = { ...hashed, Message: Buffer.from(digest).fill(0, 0, 1) };
      if (other.Message.equals(digest)) other.Message[0] = 1;
      await expect(kms.verify({ KeyId: id, SigningAlgorithm, Signature, ...other })).rejects.toMatchObject({
        name: 'KMSInvalidSignatureException',
      });
    }
  });

  test('refuses a digest of another length', async () => {
    const { id } = await newKey(kms, { KeySpec: spec, KeyUsage: 'SIGN_VERIFY' });
    await expect(
      kms.sign({ KeyId: id, SigningAlgorithm, Message: digest.subarray(1), MessageType: 'DIGEST' }),
    ).rejects.toEqual(refused('ValidationException', /invalid length/));
  });
});

test('an Ed25519 key signs messages', async () => {
  const { id } = await newKey(kms, { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' });
  const signing = { KeyId: id, Message: MESSAGE, SigningAlgorithm: 'ED25519_SHA_512' } as const;
  const { Signature } = await kms.sign(signing);
  expect(await kms.verify({ ...signing, Signature })).toMatchObject({ SignatureValid: true });
  await expect(kms.sign({ ...signing, MessageType: 'DIGEST' })).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a key signs with its own algorithms alone', async () => {
  const { id } = await newKey(kms, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  await expect(kms.sign({ KeyId: id, Message: MESSAGE, SigningAlgorithm: 'RSASSA_PSS_SHA_256' })).rejects.toEqual(
    refused('InvalidKeyUsageException', /RSASSA_PSS_SHA_256 is incompatible with key spec ECC_NIST_P256/),
  );
});

test.each(['224', '256', '384', '512'] as const)('an HMAC_%s key makes MACs and knows them again', async (bits) => {
  const { id, arn } = await newKey(kms, { KeySpec: `HMAC_${bits}`, KeyUsage: 'GENERATE_VERIFY_MAC' });
  const making = { KeyId: id, Message: MESSAGE, MacAlgorithm: `HMAC_SHA_${bits}` } as const;
  const { Mac = new Uint8Array(), ...said } = await kms.generateMac(making);

  expect(said).toMatchObject({ KeyId: arn, MacAlgorithm: making.MacAlgorithm });
  expect(Mac).toHaveLength(Number(bits) / 8);
  expect(await kms.verifyMac({ ...making, Mac })).toMatchObject({ MacValid: true });
  for (const Wrong of [Mac.map((it, i) => (i === 0 ? it ^ 1 : it)), Mac.subarray(1)]) {
    await expect(kms.verifyMac({ ...making, Mac: Wrong })).rejects.toMatchObject({ name: 'KMSInvalidMacException' });
  }
});
