import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isIn, parseAddress, parseNetwork } from './addresses.ts';

function contains(network: string, address: string): boolean {
  const [parsed, inside] = [parseNetwork(network), parseAddress(address)];
  return parsed !== undefined && inside !== undefined && isIn(inside, parsed);
}

test.each([
  ['203.0.113.0/24', '203.0.113.9', true],
  ['203.0.113.0/24', '203.0.114.9', false],
  ['203.0.113.77/24', '203.0.113.9', true],
  ['203.0.113.9', '203.0.113.9', true],
  ['203.0.113.9', '203.0.113.8', false],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['::/0', '203.0.113.9', false],
  ['2001:db8::/32', '2001:db8:1::5', true],
  ['2001:DB8::/32', '2001:db9::5', false],
  ['2001:db8::1', '2001:0db8:0:0:0:0:0:1', true],
  ['203.0.113.0/24', '::ffff:203.0.113.9', true],
  ['::ffff:203.0.113.0/120', '203.0.113.9', true],
  ['203.0.113.0/33', '203.0.113.9', false],
  ['203.0.113.0/', '203.0.113.0', false],
  ['203.0.113.0/24/8', '203.0.113.0', false],
  ['203.0.113.0/024', '203.0.113.0', false],
  ['203.0.113.010', '203.0.113.8', false],
  ['1::2::3', '1::2', false],
  ['fe80::1%eth0', 'fe80::1', false],
  ['nothing', 'nothing', false],
  ['', '', false],
])('%s has %s: %s', (network, address, expected) => {
  expect(contains(network, address)).toBe(expected);
});

test('it reads the addresses that the runtime reads', () => {
  const unit = fc.constantFrom(...'0125f:.'.split(''));
  const text = fc.oneof(fc.ipV6(), fc.ipV4(), fc.string({ unit, maxLength: 20 }));
  const agrees = fc.property(text, (it) => {
    expect(parseAddress(it) !== undefined).toBe(isIP(it) !== 0);
  });
  fc.assert(agrees, { numRuns: 20_000 });
});

test('networks have the addresses that they have by the runtime', () => {
  const agrees = fc.property(fc.ipV6(), fc.ipV6(), fc.integer({ min: 0, max: 128 }), (network, address, bits) => {
    fc.pre([network, address].every((it) => parseAddress(it)?.length === 16));
    const list = new BlockList();
    list.addSubnet(network, bits, 'ipv6');
    expect(contains(`${network}/${bits}`, address)).toBe(list.check(address, 'ipv6'));
    expect(contains(`${network}/${bits}`, network)).toBe(true);
  });
  fc.assert(agrees, { numRuns: 2_000 });
});
