import fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemIds as ids } from '../ids.ts';
import { secretsOf } from './secrets.ts';

const key = Buffer.alloc(32, 1);
const secrets = secretsOf(key, ids);
const bytes = fc.uint8Array({ maxLength: 200 }).map((it) => Buffer.from(it));

test('what was sealed opens with the same key and context, also in the next process', () => {
  const agrees = fc.property(bytes, fc.string(), (plaintext, context) => {
    const later = secretsOf(Buffer.from(key), ids);
    expect(later.open(secrets.seal(plaintext, context), context)).toEqual(plaintext);
  });
  fc.assert(agrees);
});

test('nothing opens when a byte, the context or the installation is another', () => {
  const refuses = fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (plaintext, at, flip) => {
    const sealed = secrets.seal(plaintext, 'a');
    expect(() => secrets.open(sealed, 'b')).toThrow();
    expect(() => secretsOf(Buffer.alloc(32, 2), ids).open(sealed, 'a')).toThrow();
    const index = at % sealed.length;
    sealed[index] = (sealed[index] ?? 0) ^ flip;
    expect(() => secrets.open(sealed, 'a')).toThrow();
  });
  fc.assert(refuses);
});

test('bytes that are too short to have been sealed are refused', () => {
  expect(() => secrets.open(Buffer.from([1, 2, 3]), 'a')).toThrow('not sealed here');
});

test('a MAC is that of its purpose, its message and the installation', () => {
  const mac = secrets.mac('login-token', 'text');

  expect(secretsOf(Buffer.from(key), ids).mac('login-token', 'text')).toEqual(mac);
  expect(secrets.mac('page-token', 'text')).not.toEqual(mac);
  expect(secrets.mac('login-token', 'texts')).not.toEqual(mac);
  expect(secretsOf(Buffer.alloc(32, 2), ids).mac('login-token', 'text')).not.toEqual(mac);
});
