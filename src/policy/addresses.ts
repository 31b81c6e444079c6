/** An address as its bytes: four of IPv4, sixteen of IPv6. */
type Address = readonly number[];

export interface Network {
  readonly address: Address;
  /** How many leading bits count. */
  readonly bits: number;
}

/** A network in CIDR form, or an address, which is a network of one. Undefined of other text. */
export function parseNetwork(text: string): Network | undefined {
  const [host = '', prefix, ...more] = text.split('/');
  const written = parseBytes(host);
  if (written === undefined || more.length > 0) return undefined;
  if (prefix !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return undefined;
  const bits = prefix === undefined ? written.length * 8 : Number(prefix);
  if (bits > written.length * 8) return undefined;
  // A mapped network that is wider than all of IPv4 is left what it is.
  return isMapped(written) && bits >= 96 ? { address: written.slice(12), bits: bits - 96 } : { address: written, bits };
}

/** An address. One of IPv4 that is written as IPv6 (`::ffff:192.0.2.1`) is one of IPv4. */
export function parseAddress(text: string): Address | undefined {
  const bytes = parseBytes(text);
  return bytes !== undefined && isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** Whether the address is of the network; never across the two versions. */
export function isIn(address: Address, { address: network, bits }: Network): boolean {
  if (address.length !== network.length) return false;
  return network.every((byte, i) => {
    const counted = Math.min(8, Math.max(0, bits - i * 8));
    const mask = (0xff << (8 - counted)) & 0xff;
    return (byte & mask) === ((address[i] ?? 0) & mask);
  });
}

function isMapped(bytes: Address): boolean {
  return bytes.length === 16 && bytes.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff));
}

function parseBytes(text: string): Address | undefined {
  if (text.length > 45) return undefined;
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Address | undefined {
  const parts = text.split('.');
  // A leading zero is octal to some readers and decimal to others.
  const isPlain = parts.length === 4 && parts.every((it) => /^(?:0|[1-9]\d{0,2})$/.test(it) && Number(it) < 256);
  return isPlain ? parts.map(Number) : undefined;
}

/** RFC 4291, section 2.2: eight groups, one run of zeros left out, the last two groups perhaps as IPv4. */
function parseIpv6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((it, i) => groupsOf(it, i === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  if (tail === undefined) return head.length === 16 ? head : undefined;
  const zeros = 16 - head.length - tail.length;
  return zeros >= 2 ? [...head, ...new Array<number>(zeros).fill(0), ...tail] : undefined;
}

function groupsOf(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    if (isLast && i === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group);
      if (ipv4 === undefined) return undefined;
      bytes.push(...ipv4);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      return undefined;
    }
  }
  return bytes;
}
