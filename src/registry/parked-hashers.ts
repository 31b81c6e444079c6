import type { Hasher, Hashing } from '../bytes/port.ts';
import type { DigestAlgorithm } from '../values/digest.ts';

const MOST = 256;

const parked = new WeakMap<Hashing, Map<string, Hasher>>();

/**
 * Keeps the hasher of an upload between its requests, so that its bytes need not be read again at the end. Only a
 * short cut: a hasher that is not here, or has not seen all bytes, is replaced by reading what is stored.
 */
export function parkHasher(hashing: Hashing, uploadId: string, hasher: Hasher): void {
  const hashers = parked.get(hashing) ?? new Map<string, Hasher>();
  parked.set(hashing, hashers);
  hashers.get(uploadId)?.dispose();
  hashers.delete(uploadId);
  hashers.set(uploadId, hasher);
  const [oldest] = hashers.keys();
  if (hashers.size > MOST && oldest !== undefined) dropHasher(hashing, oldest);
}

/** The hasher that has seen exactly the upload's `size` bytes, if there is one. It is the caller's then. */
export function takeHasher(
  hashing: Hashing,
  uploadId: string,
  wanted: { size: number; algorithm: DigestAlgorithm },
): Hasher | undefined {
  const hasher = parked.get(hashing)?.get(uploadId);
  parked.get(hashing)?.delete(uploadId);
  if (hasher?.size === wanted.size && hasher.algorithm === wanted.algorithm) return hasher;
  hasher?.dispose();
  return undefined;
}

export function dropHasher(hashing: Hashing, uploadId: string): void {
  parked.get(hashing)?.get(uploadId)?.dispose();
  parked.get(hashing)?.delete(uploadId);
}
