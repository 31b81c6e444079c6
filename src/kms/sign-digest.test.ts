import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemIds as ids } from '../ids.ts';
import { signDigest, verifyDigest } from './sign-digest.ts';

test('an RSA signature that begins with a zero is none without it', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const algorithm = { scheme: 'pss', hash: 'sha256', digestBytes: 32 } as const;
  const digest = createHash('sha256').update('what is signed').digest();
  let signature: Buffer;
  // One of 256 does, each with a salt of its own.
  do signature = signDigest(privateKey, algorithm, digest, ids);
  while (signature[0] !== 0);
  expect(verifyDigest(publicKey, algorithm, digest, signature)).toBe(true);
  expect(verifyDigest(publicKey, algorithm, digest, signature.subarray(1))).toBe(false);
  expect(verifyDigest(publicKey, algorithm, digest, Buffer.concat([Buffer.of(0), signature]))).toBe(false);
});
