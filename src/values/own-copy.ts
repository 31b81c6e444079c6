/**
 * The same bytes in memory of their own. Node.js cuts small buffers from slabs of 64 KiB that they share, so whoever keeps
 * a few bytes for long keeps a slab.
 */
export function ownCopy(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
