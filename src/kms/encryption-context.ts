/** Pairs that are bound to a ciphertext: it opens with the same ones alone. */
export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * The context as bytes, the same whatever order its pairs were given in: their number (u16), then of each, in the order
 * of the keys' bytes, length (u16) and bytes of key and value.
 */
export function canonicalContext(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context)
    .map(([key, value]) => [Buffer.from(key, 'utf8'), Buffer.from(value, 'utf8')] as const)
    .sort(([a], [b]) => Buffer.compare(a, b));
  const parts = pairs.flatMap(([key, value]) => [u16(key.length), key, u16(value.length), value]);
  return Buffer.concat([u16(pairs.length), ...parts]);
}

/** Characters of the context as JSON writes it: what KMS limits. */
export function contextLength(context: EncryptionContext): number {
  return JSON.stringify(context).length;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
