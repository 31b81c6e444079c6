/** Tokens of which each call takes one; they come back with time. */
export interface Bucket {
  readonly tokens: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Takes a token at `now` from a bucket that holds as many as come back in a second, `rate`; one that is undefined is
 * full. `waitMs` is how long it takes until there is one again; 0 when one was taken.
 */
export function takeToken(
  bucket: Bucket | undefined,
  rate: number,
  now: number,
): { readonly bucket: Bucket; readonly waitMs: number } {
  // A clock that was put back gives nothing, and takes nothing away.
  const passed = bucket ? Math.max(0, now - bucket.at) : 0;
  const tokens = bucket ? Math.min(rate, bucket.tokens + (passed * rate) / 1_000) : rate;
  if (tokens < 1) return { bucket: { tokens, at: now }, waitMs: Math.ceil(((1 - tokens) * 1_000) / rate) };
  return { bucket: { tokens: tokens - 1, at: now }, waitMs: 0 };
}

/** Whether as much time has passed as fills any bucket: nothing need be kept of it then. */
export function isFull({ at }: Bucket, now: number): boolean {
  return now - at >= 1_000;
}
