import { expect, test } from 'vitest';
import { derivedKeys } from './derived-keys.ts';

const scope = {
  accessKeyId: 'AKIDEXAMPLE',
  date: '20120215',
  region: 'us-east-1',
  service: 'iam',
  terminator: 'aws4_request',
};
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

test('a signing key is the one that AWS publishes for its example', () => {
  const key = derivedKeys().get(scope, secret);

  expect(key.toString('hex')).toBe('f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d');
});

test('a key is kept for its scope, and a changed secret gives another at once', () => {
  const keys = derivedKeys();
  const key = keys.get(scope, secret);

  expect(keys.get({ ...scope }, secret)).toBe(key);
  expect(keys.get({ ...scope, region: 'eu-west-1' }, secret)).not.toEqual(key);
  expect(keys.get(scope, 'changed')).not.toEqual(key);
});

test('the least recently used key goes when there are too many', () => {
  const keys = derivedKeys(2);
  const [first, second] = [keys.get(scope, secret), keys.get({ ...scope, service: 'ecr' }, secret)];
  keys.get(scope, secret);
  keys.get({ ...scope, service: 'sts' }, secret);

  expect(keys.get(scope, secret)).toBe(first);
  expect(keys.get({ ...scope, service: 'ecr' }, secret)).not.toBe(second);
});
