const WORTH_IT = 4096;

/**
 * Gives the memory of a spent chunk back at once, not at some later garbage collection: the chunks of twenty large
 * bodies that arrive together otherwise pile up to 120 MB. Only for chunks that have their buffer to themselves and
 * that nobody else looks at any more; one that is a part of a larger buffer is left alone.
 */
export function freeSoon(chunk: Uint8Array): void {
  const { buffer } = chunk;
  if (!(buffer instanceof ArrayBuffer) || chunk.length < WORTH_IT || chunk.length !== buffer.byteLength) return;
  // Not within this turn: whoever handed us the chunk may still be looking at it while we are called.
  setImmediate(() => buffer.transfer(0));
}
