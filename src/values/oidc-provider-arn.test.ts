import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasPort, oidcProviderArn, parseIssuerUrl } from './oidc-provider-arn.ts';

test.each([
  ['https://token.actions.githubusercontent.com', 'token.actions.githubusercontent.com'],
  ['https://GitLab.com', 'gitlab.com'],
  ['https://oidc.eks.eu-west-1.amazonaws.com/id/ABC', 'oidc.eks.eu-west-1.amazonaws.com/id/ABC'],
  ['https://tenant.auth0.com/', 'tenant.auth0.com/'],
  ['https://GITLAB.internal:8443/x', 'gitlab.internal:8443/x'],
])('%s is the issuer %s', (url, issuer) => {
  expect(parseIssuerUrl(url)).toBe(issuer);
  expect(oidcProviderArn('aws', '123456789012', issuer)).toBe(`arn:aws:iam::123456789012:oidc-provider/${issuer}`);
});

test.each([
  'http://a.b',
  'https://a.b:',
  'https://a.b:0',
  'https://a.b:x',
  'https://a.b?x',
  'https://a.b/#x',
  'https://u@a.b',
  'https://',
  'https://-a.b',
  'https://a.b/x y',
  'https://a.b\n',
  'HTTPS://a.b',
  'https://0x7f.1',
  'https://1',
  'https://a..b:70000',
  'https://a.b/x/../y',
  'https://a.b/%2e/y',
])('%j is none', (url) => {
  expect(parseIssuerUrl(url)).toBeUndefined();
});

test('an issuer that is taken is one that a URL parser takes for the same host and path', () => {
  const url = fc.oneof(
    fc.webUrl({ validSchemes: ['https'] }),
    fc.string().map((it) => `https://${it}`),
  );
  fc.assert(
    fc.property(url, (text) => {
      const issuer = parseIssuerUrl(text);
      if (issuer === undefined) return;
      const { hostname, pathname, search, hash, username } = new URL(text);
      expect([search, hash, username]).toEqual(['', '', '']);
      const place = issuer.replace(/^([^/]*):[0-9]+/, '$1');
      expect([`${hostname}${pathname}`, hostname]).toContain(place);
    }),
  );
});

test('a long name that almost matches is answered at once', () => {
  expect(parseIssuerUrl(`https://${'a-'.repeat(20_000)}`)).toBeUndefined();
});

test('an issuer has a port or not, whatever its path holds', () => {
  expect(hasPort('a.b:8443/x')).toBe(true);
  expect(hasPort('a.b/x:8443')).toBe(false);
});
