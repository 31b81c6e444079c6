import { createHash, timingSafeEqual } from 'node:crypto';

/*
 * Wrapped bytes say by whom they were wrapped: a byte for the kind of root key, eight for which one, then what that made
 * of them. Nothing of it is secret, and a wrong mark only leads to a root key that will not unwrap them.
 */
const MARK = 8;
const HEAD = 1 + MARK;

export interface Marks {
  /** `bytes` as this root key wrapped them. */
  put(bytes: Buffer): Buffer;
  /** What was put; undefined when another root key wrapped it. */
  take(wrapped: Buffer): Buffer | undefined;
}

/** Marks for a root key of this kind; `name` tells it from others of its kind. */
export function marksOf(kind: number, name: string | Buffer): Marks {
  const mark = createHash('sha256').update(name).digest().subarray(0, MARK);
  const head = Buffer.concat([Buffer.of(kind), mark]);
  return {
    put: (bytes) => Buffer.concat([head, bytes]),
    take(wrapped) {
      const isMine = wrapped.length > HEAD && timingSafeEqual(wrapped.subarray(0, HEAD), head);
      return isMine ? wrapped.subarray(HEAD) : undefined;
    },
  };
}
