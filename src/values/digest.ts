/** A content digest, `algorithm:hex`, of one of the two algorithms that image-spec 1.1 registers. */
export type Digest = `sha256:${string}` | `sha512:${string}`;
export type DigestAlgorithm = 'sha256' | 'sha512';

const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/** Whether `text` is a digest that Berth can verify. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

export function algorithmOf(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

export function digestOf(algorithm: DigestAlgorithm, hex: string): Digest {
  return `${algorithm}:${hex}`;
}
