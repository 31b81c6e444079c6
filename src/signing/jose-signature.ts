/**
 * An ECDSA signature as JOSE has it (RFC 7518, 3.4): both numbers of `size` bytes, one behind the other. `der` is a
 * SEQUENCE of two INTEGERs (RFC 3279, 2.2.3), as KMS signs.
 */
export function joseSignature(der: Uint8Array, size: number): Buffer {
  const numbers = Buffer.alloc(2 * size);
  let at = headerLength(der);
  for (const end of [size, 2 * size]) {
    const length = der[at + 1] ?? 0;
    const bytes = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== INTEGER || bytes.length !== length) throw new Error('These bytes are no ECDSA signature.');
    // Without the zero that keeps a number positive.
    const digits = bytes[0] === 0 ? bytes.subarray(1) : bytes;
    if (digits.length > size) throw new Error('The signature is of a longer curve.');
    numbers.set(digits, end - digits.length);
    at += 2 + length;
  }
  return numbers;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;

function headerLength(der: Uint8Array): number {
  if (der[0] !== SEQUENCE) throw new Error('These bytes are no ECDSA signature.');
  // A length of more than 127 has a byte before it that says how many bytes it takes.
  return ((der[1] ?? 0) & 0x80) === 0 ? 2 : 3;
}
