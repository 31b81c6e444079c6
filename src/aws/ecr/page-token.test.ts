import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { issuePageToken, type Listing, openPageToken } from './page-token.ts';

const secretsOf = (key: string) => ({
  mac: (purpose: string, message: string) => createHmac('sha256', `${key} ${purpose}`).update(message).digest(),
});
const secrets = secretsOf('ours');
const listing: Listing = {
  operation: 'ListImages',
  registry: { account: '123456789012', region: 'us-east-1' },
  repositoryName: 'app',
  filter: { tagStatus: 'ANY' },
};

test('a token goes on where it was issued, and at the start there is none', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 256 }), (position) => {
      expect(openPageToken(secrets, listing, issuePageToken(secrets, listing, position))).toBe(position);
    }),
  );
  expect(openPageToken(secrets, listing, undefined)).toBeUndefined();
});

test.each<[string, Listing]>([
  ['operation', { ...listing, operation: 'DescribeImages' }],
  ['account', { ...listing, registry: { account: '999999999999', region: 'us-east-1' } }],
  ['region', { ...listing, registry: { account: '123456789012', region: 'eu-central-1' } }],
  ['repository', { ...listing, repositoryName: 'other' }],
  ['filter', { ...listing, filter: { tagStatus: 'TAGGED' } }],
])('a token of another %s is refused', (_, other) => {
  const token = issuePageToken(secrets, other, 'v1');

  expect(() => openPageToken(secrets, listing, token)).toThrow(
    "Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid next token'",
  );
});

test('a token of another installation is refused', () => {
  const token = issuePageToken(secretsOf('theirs'), listing, 'v1');

  expect(() => openPageToken(secrets, listing, token)).toThrow('Invalid next token');
});

test('no other text is taken for a token, not even one letter away', () => {
  const token = issuePageToken(secrets, listing, 'v1');
  const edited = fc
    .tuple(fc.nat(token.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
    .map(([at, letter]) => token.slice(0, at) + letter + token.slice(at + 1));
  const longer = fc.constantFrom(`${token}=`, ` ${token}`, `${token}\n`, token.replace(/=+$/, ''));
  fc.assert(
    fc.property(fc.oneof(fc.string(), edited, longer), (text) => {
      fc.pre(text !== token);
      expect(() => openPageToken(secrets, listing, text)).toThrow('Invalid next token');
    }),
  );
});

test('a token is base64 of a few hundred characters at most', () => {
  const token = issuePageToken(secrets, listing, 'a'.repeat(256));

  expect(token).toMatch(/^[A-Za-z0-9+/]+=*$/);
  expect(token.length).toBeLessThan(500);
});
