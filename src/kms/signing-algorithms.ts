/** How a signing algorithm of the API works. */
export interface SigningAlgorithm {
  readonly scheme: 'pkcs1' | 'pss' | 'ecdsa' | 'ed25519';
  /** As Node calls it. */
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  /** Bytes of a digest. */
  readonly digestBytes: number;
}

const BYTES = { sha256: 32, sha384: 48, sha512: 64 } as const;
const SCHEMES = { RSASSA_PKCS1_V1_5: 'pkcs1', RSASSA_PSS: 'pss', ECDSA: 'ecdsa', ED25519: 'ed25519' } as const;
const NAME = /^(RSASSA_PKCS1_V1_5|RSASSA_PSS|ECDSA|ED25519)_SHA_(256|384|512)$/;

/** undefined of one that is not served. */
export function signingAlgorithm(name: string): SigningAlgorithm | undefined {
  const [, scheme, bits] = NAME.exec(name) ?? [];
  if (scheme === undefined || bits === undefined) return undefined;
  const hash = `sha${bits}` as keyof typeof BYTES;
  return { scheme: SCHEMES[scheme as keyof typeof SCHEMES], hash, digestBytes: BYTES[hash] };
}
