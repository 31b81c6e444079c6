import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../../test/berth.ts';
import { type Issuer, issuer, outsideOf, signingKey } from '../../../test/servers/issuer.ts';
import { ASK_AGAIN_MS, FIRST_AGAIN_MS, FRESH_MS, issuerKey, STALE_MS } from './issuer-keys.ts';

const DISCOVERY = 'https://issuer.example.com/.well-known/openid-configuration';
const KEYS = 'https://issuer.example.com/keys';

let berth: TestBerth;
let it: Issuer;
let outside: ReturnType<typeof outsideOf>;
beforeEach(async () => {
  berth = await startBerth();
  it = await issuer(berth);
  outside = outsideOf(it);
});
afterEach(() => berth.stop());

const keyOf = (kid = 'key-1') =>
  issuerKey({ ...berth.world, outbound: outside }, it.url, { kid, alg: 'ES256' }).then((key) => key.kid);
const questions = () => outside.asked.filter((address) => address === KEYS).length;
const noKey = expect.objectContaining({ code: 'InvalidIdentityToken' });
const isDown = expect.objectContaining({ code: 'IDPCommunicationError' });

describe('the keys of an issuer', () => {
  test('are asked for once in five minutes', async () => {
    await keyOf();
    berth.pass(FRESH_MS - 1);
    await keyOf();
    expect(outside.asked).toEqual([DISCOVERY, KEYS]);

    berth.pass(1);
    await keyOf();
    expect(outside.asked).toEqual([DISCOVERY, KEYS, DISCOVERY, KEYS]);
  });

  test('are asked for once by all who need them at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => keyOf()));

    expect(outside.asked).toEqual([DISCOVERY, KEYS]);
  });

  test('are asked for again when a token names a new one, once in half a minute', async () => {
    await keyOf();
    it.keys = [it.key.jwk, (await signingKey('key-2')).jwk];
    await expect(keyOf('key-2')).rejects.toEqual(noKey);
    expect(questions()).toBe(1);

    berth.pass(ASK_AGAIN_MS);
    expect(await keyOf('key-2')).toBe('key-2');
    for (let flood = 0; flood < 50; flood += 1) await expect(keyOf(`key-${flood + 3}`)).rejects.toEqual(noKey);
    expect(questions()).toBe(2);
  });

  test('are good for five minutes at most once they are withdrawn', async () => {
    await keyOf();
    it.keys = [(await signingKey('key-2')).jwk];

    berth.pass(FRESH_MS - 1);
    expect(await keyOf()).toBe('key-1');
    berth.pass(1);
    await expect(keyOf()).rejects.toEqual(noKey);
  });

  test('are used for a day while the issuer is down, and he is asked twice a minute', async () => {
    await keyOf();
    it.documents.set(DISCOVERY, 'unreachable');

    berth.pass(FRESH_MS);
    for (let again = 0; again < 20; again += 1) expect(await keyOf()).toBe('key-1');
    expect(outside.asked).toHaveLength(3);
    await expect(keyOf('key-2')).rejects.toEqual(isDown);
    expect(outside.asked).toHaveLength(3);
    berth.pass(ASK_AGAIN_MS);
    await keyOf();
    expect(outside.asked).toHaveLength(4);

    berth.pass(STALE_MS - ASK_AGAIN_MS - 1);
    expect(await keyOf()).toBe('key-1');
    berth.pass(1);
    await expect(keyOf()).rejects.toEqual(isDown);
    it.documents.set(DISCOVERY, { issuer: it.url, jwks_uri: KEYS });
    berth.pass(ASK_AGAIN_MS);
    expect(await keyOf()).toBe('key-1');
  });

  test('that nobody has yet are asked for once in five seconds', async () => {
    it.documents.set(KEYS, 'timed out');
    for (let again = 0; again < 20; again += 1) await expect(keyOf()).rejects.toEqual(isDown);
    expect(questions()).toBe(1);

    it.documents.delete(KEYS);
    berth.pass(FIRST_AGAIN_MS);
    expect(await keyOf()).toBe('key-1');
  });

  test('do not last when the clock is put back', async () => {
    await keyOf();
    berth.pass(-FRESH_MS);

    await keyOf();

    expect(questions()).toBe(2);
  });

  test('are those of this issuer alone', async () => {
    const other = await issuer(berth, 'https://other.example.com');
    outside = outsideOf(it, other);
    await keyOf();

    const theirs = await issuerKey({ ...berth.world, outbound: outside }, other.url, { kid: 'key-1', alg: 'ES256' });

    expect(theirs).not.toEqual(it.key.jwk);
    expect(theirs).toMatchObject({ x: other.key.jwk.x });
  });
});
