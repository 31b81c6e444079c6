import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Ids } from '../world.ts';
import { type KeySpecFacts, keySpec } from './key-specs.ts';

/** A key as bytes. Of a pair `secret` is PKCS #8, `publicKey` SubjectPublicKeyInfo, both DER. */
export interface NewMaterial {
  readonly secret: Buffer;
  readonly publicKey?: Buffer;
}

const AES_256 = 32;

/** New material for a key of this spec, as random as the system makes it. */
export async function newMaterial(ids: Pick<Ids, 'bytes'>, spec: string): Promise<NewMaterial> {
  const facts = keySpec(spec);
  if (facts === undefined) throw new Error(`Keys of the spec ${spec} cannot be made.`);
  if (facts.kind === 'symmetric') return { secret: ids.bytes(AES_256) };
  if (facts.kind === 'hmac') return { secret: ids.bytes(facts.bytes) };
  return newPair(facts);
}

const DER = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const;
const generate = promisify(generateKeyPair);

async function newPair(facts: Extract<KeySpecFacts, { kind: 'rsa' | 'ec' | 'ed25519' }>): Promise<NewMaterial> {
  switch (facts.kind) {
    case 'rsa':
      return pairOf(await generate('rsa', { modulusLength: facts.bits, ...DER }));
    case 'ec':
      return pairOf(await generate('ec', { namedCurve: facts.curve, ...DER }));
    case 'ed25519':
      return pairOf(await generate('ed25519', DER));
  }
}

function pairOf({ privateKey, publicKey }: { privateKey: Buffer; publicKey: Buffer }): NewMaterial {
  return { secret: privateKey, publicKey };
}
