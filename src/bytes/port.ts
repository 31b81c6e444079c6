import type { Digest, DigestAlgorithm } from '../values/digest.ts';

/** Hashes bytes away from the event loop, several streams at a time. */
export interface Hashing {
  /** A hasher of everything that will be fed to it. */
  start(algorithm: DigestAlgorithm): Hasher;
  /** Ends the threads. Hashers in use fail. */
  close(): Promise<void>;
}

export interface Hasher {
  readonly algorithm: DigestAlgorithm;
  /** Bytes fed so far. */
  readonly size: number;
  /** Hashes `bytes`; they may be changed again once this resolves. Calls are hashed in the order they were made. */
  update(bytes: Uint8Array): Promise<void>;
  /** The digest of all bytes so far. Ends the hasher. */
  digest(): Promise<Digest>;
  /** Ends the hasher without a digest. */
  dispose(): void;
}
