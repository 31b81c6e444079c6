import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openLayerUrl, signLayerUrl } from './layer-address.ts';

const secrets = {
  mac: (purpose: string, message: string) => createHmac('sha256', `key of ${purpose}`).update(message).digest(),
};
const layer = {
  registry: { account: '012345678901', region: 'eu-central-1' },
  repositoryName: 'team/app',
  repositoryId: '01234567-89ab-4cde-8f01-23456789abcd',
  digest: `sha256:${'ab'.repeat(32)}`,
} as const;
const expiresAt = new Date('2030-01-01T00:00:00Z');
const inTime = new Date(expiresAt.getTime() - 1);
const url = signLayerUrl(secrets, { ...layer, origin: '', expiresAt });

describe('a download address', () => {
  test('opens to the layer that it was signed for, until it expires', () => {
    expect(openLayerUrl(secrets, url, inTime)).toEqual(layer);
    expect(openLayerUrl(secrets, url, expiresAt)).toBeUndefined();
    expect(openLayerUrl(secrets, url, new Date(expiresAt.getTime() + 1))).toBeUndefined();
  });

  test('stands behind its origin', () => {
    expect(signLayerUrl(secrets, { ...layer, origin: 'https://r.example:5000', expiresAt })).toBe(
      `https://r.example:5000${url}`,
    );
    expect(url).toMatch(/^\/layers\//);
  });

  test('with any one character changed, left out or added opens nothing', () => {
    const changed = fc.property(fc.nat(url.length - 1), fc.string({ maxLength: 2 }), (at, put) => {
      const other = url.slice(0, at) + put + url.slice(at + 1);
      fc.pre(other !== url);
      expect(openLayerUrl(secrets, other, inTime)).toBeUndefined();
    });
    fc.assert(changed, { numRuns: 5_000 });
    expect(openLayerUrl(secrets, `${url}x`, inTime)).toBeUndefined();
    expect(openLayerUrl(secrets, `x${url}`, inTime)).toBeUndefined();
  });

  test('is no other text, whatever its form', () => {
    const [signed = '', signature = ''] = url.split('&signature=');
    const piece = fc.oneof(
      fc.constantFrom('/layers/', '/', '..', '?', '&', '%2F', '%00', 'repository=', 'expires=', '&signature=', '\0'),
      fc.constantFrom(
        signed,
        signature,
        ...signed.split(/[?&]/),
        'team/app',
        layer.digest,
        'expires=99999999999999999',
      ),
      fc.string({ maxLength: 20 }),
    );
    const target = fc.array(piece, { maxLength: 8 }).map((it) => it.join(''));
    const never = fc.property(target, (it) => {
      fc.pre(it !== url);
      expect(openLayerUrl(secrets, it, inTime)).toBeUndefined();
    });
    fc.assert(never, { numRuns: 10_000 });
    for (const long of ['/', '?', '/layers/?repository=', 'a&expires=1', '&signature=A']) {
      expect(openLayerUrl(secrets, `/layers/${long.repeat(20_000)}`, inTime)).toBeUndefined();
    }
  });

  test('with a later expiry, another layer or another installation opens nothing', () => {
    expect(openLayerUrl(secrets, url.replace(/expires=\d+/, 'expires=99999999999999'), inTime)).toBeUndefined();
    expect(openLayerUrl(secrets, url.replace('team/app', 'team/secret'), inTime)).toBeUndefined();
    expect(openLayerUrl(secrets, url.replace('012345678901', '112345678901'), inTime)).toBeUndefined();
    const foreign = {
      mac: (_purpose: string, message: string) => createHmac('sha256', 'other').update(message).digest(),
    };
    expect(openLayerUrl(foreign, url, inTime)).toBeUndefined();
  });

  test('is not opened by what was signed for another purpose', () => {
    const [signed = ''] = url.split('&signature=');
    const signature = secrets.mac('login-token', signed).toString('base64url');
    expect(openLayerUrl(secrets, `${signed}&signature=${signature}`, inTime)).toBeUndefined();
  });
});
