/** A serial number is positive (RFC 5280, 4.1.2.2) and does not begin with a zero byte: `random` made so, in hex. */
export function certificateSerial(random: Uint8Array): string {
  const [first = 0, ...others] = random;
  return [(first & 0x3f) | 0x40, ...others].map((it) => it.toString(16).padStart(2, '0')).join('');
}
