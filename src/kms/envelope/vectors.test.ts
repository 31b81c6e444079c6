import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { contextOf } from './keys.ts';
import { openWhole } from './opener.ts';
import { sealWhole } from './sealer.ts';

/** The vectors of docs/encryption.md. */
const run = (first: number, length: number) => Buffer.from(Array.from({ length }, (_, i) => (first + i) & 255));
const pattern = (length: number) => Buffer.from(Array.from({ length }, (_, i) => (7 * i + 3) & 255));
const context = contextOf({ installation: 'inst-1', account: '111111111111', kind: 'layer', object: 'obj-0001' });
const once = {
  header: { suite: 1, log2: 12, salt: run(0x40, 32), wrapped: [run(5, 97)] },
  dataKeys: [run(0, 32)],
  context,
} as const;
const twice = {
  header: { ...once.header, wrapped: [run(5, 97), run(9, 97)] },
  dataKeys: [run(0, 32), run(0x80, 32)],
  context,
} as const;

const VECTORS = [
  [once, Buffer.alloc(0), 272, '017ab689b3db21637422bf57e22c7b6fa40e3e044da9741f81c66c74316093cd'],
  [once, Buffer.from('hello'), 277, 'f2d0b81f77954b3f310a1ad2aac914e89ded18aabdfe5241bfea1f24a603db21'],
  [once, pattern(4096), 4368, 'a7cd6d4746825a4ec2e4fbba78b03cddb06f3ece3d132745041903bc50b4e372'],
  [once, pattern(4097), 4385, 'e1b0d6f611698ec3366a5f3020c4c61b263f82bd355ea347c3a29a39ebb9601a'],
  [once, pattern(10_000), 10_304, '2f847dfb20fcc499df1fe1652c878e7d39c7d95ef7dfa91fefabbdd3476c2d39'],
  [twice, pattern(10_000), 10_416, '6bd34e78fc9bffe949110eb3f60ed65bb9fc14b98dabc2296f20793f8a1a0dbf'],
] as const;

test.each(VECTORS)(
  'vector %#: the file is, to the byte, that of two other implementations',
  (sealing, plaintext, length, sha256) => {
    const file = sealWhole(sealing, plaintext);

    expect(file.length).toBe(length);
    expect(createHash('sha256').update(file).digest('hex')).toBe(sha256);
    expect(openWhole(file, sealing)).toEqual(plaintext);
  },
);

test('a header’s tag and a frame are those of the vectors', () => {
  const file = sealWhole(once, Buffer.from('hello'));

  expect(file.subarray(224, 256).toString('hex')).toBe(
    '8c9dea36cd85a5e5e6768a0d6be449cc7be8d8914b120b4856d876435c9455f9',
  );
  expect(file.subarray(256).toString('hex')).toBe('28eb5191d44de0d28923b2ecef9a4ef1ec877edb50');
  expect(sealWhole(once, Buffer.alloc(0)).subarray(256).toString('hex')).toBe('2ff8cdfefb82da1ea66503efdb4ae8dc');
});
