/** What a key of a spec is made of, and what it may be used for. API_CreateKey. */
export type KeySpecFacts = Symmetric | Hmac | Rsa | Ec | Ed25519;

interface Symmetric {
  readonly kind: 'symmetric';
  readonly usages: readonly ['ENCRYPT_DECRYPT'];
}

interface Hmac {
  readonly kind: 'hmac';
  readonly bytes: number;
  readonly hash: string;
  readonly usages: readonly ['GENERATE_VERIFY_MAC'];
}

export interface Rsa {
  readonly kind: 'rsa';
  readonly bits: number;
  readonly usages: readonly ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'];
}

export interface Ec {
  readonly kind: 'ec';
  /** As OpenSSL calls it. */
  readonly curve: 'prime256v1' | 'secp384r1' | 'secp521r1' | 'secp256k1';
  readonly hash: 'SHA_256' | 'SHA_384' | 'SHA_512';
  readonly usages: readonly ['SIGN_VERIFY'];
}

export interface Ed25519 {
  readonly kind: 'ed25519';
  readonly usages: readonly ['SIGN_VERIFY'];
}

const RSA = ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'] as const;
const SIGN = ['SIGN_VERIFY'] as const;
const MAC = ['GENERATE_VERIFY_MAC'] as const;

const SPECS = new Map<string, KeySpecFacts>([
  ['SYMMETRIC_DEFAULT', { kind: 'symmetric', usages: ['ENCRYPT_DECRYPT'] }],
  ['HMAC_224', { kind: 'hmac', bytes: 28, hash: 'sha224', usages: MAC }],
  ['HMAC_256', { kind: 'hmac', bytes: 32, hash: 'sha256', usages: MAC }],
  ['HMAC_384', { kind: 'hmac', bytes: 48, hash: 'sha384', usages: MAC }],
  ['HMAC_512', { kind: 'hmac', bytes: 64, hash: 'sha512', usages: MAC }],
  ['RSA_2048', { kind: 'rsa', bits: 2048, usages: RSA }],
  ['RSA_3072', { kind: 'rsa', bits: 3072, usages: RSA }],
  ['RSA_4096', { kind: 'rsa', bits: 4096, usages: RSA }],
  ['ECC_NIST_P256', { kind: 'ec', curve: 'prime256v1', hash: 'SHA_256', usages: SIGN }],
  ['ECC_NIST_P384', { kind: 'ec', curve: 'secp384r1', hash: 'SHA_384', usages: SIGN }],
  ['ECC_NIST_P521', { kind: 'ec', curve: 'secp521r1', hash: 'SHA_512', usages: SIGN }],
  ['ECC_SECG_P256K1', { kind: 'ec', curve: 'secp256k1', hash: 'SHA_256', usages: SIGN }],
  ['ECC_NIST_EDWARDS25519', { kind: 'ed25519', usages: SIGN }],
]);

/** undefined of a spec that is not served. */
export function keySpec(spec: string): KeySpecFacts | undefined {
  return SPECS.get(spec);
}

const RSA_SIGNING = ['RSASSA_PKCS1_V1_5', 'RSASSA_PSS'].flatMap((it) =>
  ['SHA_256', 'SHA_384', 'SHA_512'].map((hash) => `${it}_${hash}`),
);

/** The algorithms of a key with this spec and usage, as the API names them. */
export function algorithmsOf(spec: string, usage: string): readonly string[] {
  const facts = keySpec(spec);
  switch (facts?.kind) {
    case 'symmetric':
      return ['SYMMETRIC_DEFAULT'];
    case 'hmac':
      return [`HMAC_SHA_${spec.slice('HMAC_'.length)}`];
    case 'rsa':
      return usage === 'ENCRYPT_DECRYPT' ? ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] : RSA_SIGNING;
    case 'ec':
      return [`ECDSA_${facts.hash}`];
    case 'ed25519':
      return ['ED25519_SHA_512'];
    default:
      return [];
  }
}
