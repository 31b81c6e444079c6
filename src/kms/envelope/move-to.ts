/**
 * Bytes that a cipher is given at a time. What it makes of them is copied twice, by Node.js and by `moveTo`: so much is
 * still in the processor's own cache then, where that costs a quarter of what it costs from memory.
 */
const SLICE = 64 * 1024;

/** `bytes`, a piece for a cipher at a time. */
export function* slicesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE);
}

/**
 * Copies what a cipher made to `at`, and frees it at once: left to the garbage collector, sealing and opening would take
 * twice as long. Answers how many bytes that were.
 */
export function moveTo(out: Buffer, at: number, made: Buffer): number {
  const { length } = made;
  made.copy(out, at);
  if (made.buffer instanceof ArrayBuffer && made.buffer.byteLength === length) made.buffer.transfer(0);
  return length;
}
