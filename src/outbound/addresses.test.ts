import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inNetworks, isPublicAddress } from './addresses.ts';

describe('an address is public', () => {
  test.each(['8.8.8.8', '1.0.0.1', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    'when anybody can reach it: %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each([
    ['this machine', '127.0.0.1'],
    ['this machine', '::1'],
    ['no address', '0.0.0.0'],
    ['no address', '::'],
    ['a private network', '10.255.255.255'],
    ['a private network', '172.31.0.1'],
    ['a private network', '192.168.1.1'],
    ['a private network', 'fd00::1'],
    ['a carrier', '100.64.0.1'],
    ['the metadata service of a cloud', '169.254.169.254'],
    ['the metadata service of a cloud', 'fd00:ec2::254'],
    ['a link', 'fe80::1'],
    ['a link, with its zone', 'fe80::1%eth0'],
    ['documentation', '203.0.113.7'],
    ['documentation', '2001:db8::1'],
    ['many', '224.0.0.1'],
    ['many', 'ff02::1'],
    ['all', '255.255.255.255'],
    ['a private one in the form of IPv6', '::ffff:10.0.0.1'],
    ['the same in hexadecimal', '::ffff:a00:1'],
    ['a private one behind a translator', '64:ff9b::a00:1'],
    ['a private one in a tunnel', '2002:a00:1::'],
    ['the old compatible form', '::10.0.0.1'],
    ['a name', 'localhost'],
    ['nothing', ''],
  ])('not when it is that of %s: %s', (_of, address) => expect(isPublicAddress(address)).toBe(false));

  test('in the same way however it is written', () => {
    const agrees = fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const hex = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
      const forms = [`::ffff:${address}`, `::ffff:${hex}`, `64:ff9b::${hex}`];
      expect(forms.map(isPublicAddress)).toEqual(forms.map(() => isPublicAddress(address)));
    });
    fc.assert(agrees, { numRuns: 2_000 });
  });
});

test('an address is in the networks that were named, and in no other', () => {
  const isIn = inNetworks([
    { address: '10.20.0.0', prefix: 16 },
    { address: '::1', prefix: 128 },
  ]);

  expect(['10.20.255.1', '::1', '::ffff:10.20.0.1'].map(isIn)).toEqual([true, true, true]);
  expect(['10.21.0.1', '::2', '127.0.0.1', '10.20.0.1.evil.example', ''].map(isIn)).toEqual(Array(5).fill(false));
  expect(inNetworks([])('10.20.0.1')).toBe(false);
});
