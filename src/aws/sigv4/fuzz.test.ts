import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signedRequest } from '../../../test/aws/signer.ts';
import { Refusal } from '../../values/refusal.ts';
import { derivedKeys } from './derived-keys.ts';
import { type Authorization, parseAuthorization } from './parse-authorization.ts';
import type { RawRequest } from './raw-request.ts';
import { type Verified, verifySignature } from './verify-signature.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const keyOf = (id: string) => ({ secretAccessKey: `secret of ${id}`, isActive: true, isExpired: false });
const SIGNING = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: keyOf('AKIDEXAMPLE').secretAccessKey, at: NOW };
const MALFORMED = ['MissingAuthenticationTokenException', 'IncompleteSignatureException'];
const keys = derivedKeys();

type Outcome<T> = { readonly value: T } | { readonly refusedAs: string };

/** What becomes of it. Anything that is thrown and is no refusal is a bug. */
async function outcomeOf<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refusedAs: error.code };
  }
}

/** Every key that is asked for exists: nothing but the signature keeps anybody out. */
function verify(request: RawRequest): Promise<Verified<ReturnType<typeof keyOf>>> {
  const expected = { now: NOW, services: ['ecr'], regions: ['us-east-1'], derivedKeys: keys };
  return verifySignature(request, { ...expected, findKey: async (id) => keyOf(id) });
}

/** One character per byte, as node:http gives headers. */
const bytes = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((it) => String.fromCharCode(it)), maxLength: 12 });
const word = fc.constantFrom(
  ...['AWS4-HMAC-SHA256', 'aws4-hmac-sha256', 'AWS4-ECDSA-P256-SHA256', 'Basic', ' ', ', ', ',', '=', '/', ';', '\t'],
  ...['Credential=', 'SignedHeaders=', 'Signature=', 'AKIDEXAMPLE/20260301/us-east-1/ecr/aws4_request', '0'.repeat(64)],
  ...['host', 'host;x-amz-date', 'x-amz-date', '20260301T120000Z', '20260301', '60', '1e9', '-1', '%', '%41', '%zz'],
  ...['__proto__', 'constructor', '', 'é'],
);
const mixture = fc.array(fc.oneof(word, bytes), { maxLength: 10 }).map((it) => it.join(''));
const signature = fc.oneof(fc.stringMatching(/^[0-9a-f]{64}$/), mixture);
/** So that much of it gets as far as the signature itself. */
const nearly = fc.record({
  credential: fc.oneof(
    { weight: 4, arbitrary: fc.constant('AKIDEXAMPLE/20260301/us-east-1/ecr/aws4_request') },
    { weight: 1, arbitrary: mixture },
  ),
  signedHeaders: fc.oneof({ weight: 4, arbitrary: fc.constant('host;x-amz-date') }, { weight: 1, arbitrary: mixture }),
  signature,
});
const header = fc.oneof(
  mixture,
  nearly.map(
    (it) =>
      `AWS4-HMAC-SHA256 Credential=${it.credential}, SignedHeaders=${it.signedHeaders}, Signature=${it.signature}`,
  ),
);
const query = fc.oneof(
  fc
    .array(
      fc.tuple(
        fc.constantFrom(
          ...['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders'],
          ...['X-Amz-Signature', 'X-Amz-Security-Token', 'x-amz-signature', 'X-Amz-%53ignature', 'Action', ''],
        ),
        mixture,
      ),
      { maxLength: 9 },
    )
    .map((pairs) => pairs.map((it) => it.join('=')).join('&')),
  nearly.map(
    (it) =>
      `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${it.credential}&X-Amz-Date=20260301T120000Z` +
      `&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=${it.signature}`,
  ),
  mixture,
);
const request: fc.Arbitrary<RawRequest> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', ''),
    path: fc.oneof(fc.constant('/'), mixture),
    query: fc.option(query, { nil: undefined }),
    headers: fc.array(
      fc.oneof(
        header.map((it) => ['Authorization', it]),
        fc.tuple(
          fc.constantFrom('X-Amz-Date', 'Date', 'X-Amz-Security-Token'),
          fc.oneof(fc.constant('20260301T120000Z'), mixture),
        ),
        fc.constant(['Host', 'h']),
        fc.tuple(bytes, bytes),
      ),
      { maxLength: 6 },
    ),
  })
  .map((it) => ({
    method: it.method,
    url: it.query === undefined ? it.path : `${it.path}?${it.query}`,
    rawHeaders: it.headers.flat(),
    body: new Uint8Array(),
  }));

test('any bytes where an authorization should be are read as one, or refused as none', async () => {
  const seen = new Set<string>();
  const total = fc.asyncProperty(request, async (it) => {
    const outcome = await outcomeOf(() => parseAuthorization(it));
    seen.add('value' in outcome ? 'read' : outcome.refusedAs);
    if ('refusedAs' in outcome) expect(MALFORMED).toContain(outcome.refusedAs);
    else expect(Number.isNaN(outcome.value.signedAt.getTime())).toBe(false);
  });
  await fc.assert(total, { numRuns: 5_000 });

  expect([...seen].sort()).toEqual(['read', ...MALFORMED].sort());
});

test('whatever was not signed is refused, for any request and any key', async () => {
  const reached = new Set<string>();
  const never = fc.asyncProperty(request, async (it) => {
    const outcome = await outcomeOf(() => verify(it));
    expect(outcome).toEqual({ refusedAs: expect.stringMatching(/Exception$/) });
    if ('refusedAs' in outcome) reached.add(outcome.refusedAs);
  });
  await fc.assert(never, { numRuns: 5_000 });

  expect(reached).toContain('InvalidSignatureException');
});

/** Leaves out, doubles or puts in something, anywhere. */
const splice = fc.record({
  from: fc.nat(),
  length: fc.nat(12),
  put: fc.oneof(mixture, fc.constant(undefined)),
});

function spliced(text: string, { from, length, put }: { from: number; length: number; put: string | undefined }) {
  const at = from % (text.length + 1);
  return text.slice(0, at) + (put ?? text.slice(at, at + length).repeat(2)) + text.slice(at + length);
}

/** What decides, whatever else stands around it. */
function claimOf(it: RawRequest): Partial<Authorization> {
  const { scope, signedHeaders, signature, signedAt, expiresIn } = parseAuthorization(it);
  return { scope, signedHeaders, signature, signedAt, expiresIn };
}

test('a signed request of which a part was cut out, doubled or put in is refused, or says the very same', async () => {
  const call = { method: 'POST', path: '/', headers: { host: 'h' }, body: '{}' };
  const signed = await signedRequest(call, SIGNING);
  const presigned = await signedRequest({ ...call, query: { Action: 'A' } }, { ...SIGNING, presignFor: 60 });
  let refused = 0;
  const same = fc.asyncProperty(fc.boolean(), splice, async (inHeader, change) => {
    const original = inHeader ? signed : presigned;
    const changed = inHeader
      ? { ...original, rawHeaders: withAuthorization(original.rawHeaders, (it) => spliced(it, change)) }
      : { ...original, url: spliced(original.url, change) };
    const outcome = await outcomeOf(() => verify(changed));
    if ('refusedAs' in outcome) refused++;
    else expect(claimOf(changed)).toEqual(claimOf(original));
  });
  await fc.assert(same, { numRuns: 3_000 });

  expect(refused).toBeGreaterThan(1_500);
});

function withAuthorization(rawHeaders: readonly string[], change: (value: string) => string): string[] {
  return rawHeaders.map((it, at) => (rawHeaders[at - 1]?.toLowerCase() === 'authorization' ? change(it) : it));
}

test.each([
  ['commas', ','],
  ['equal signs', '='],
  ['spaces', ' '],
  ['slashes', '/'],
  ['parts', 'a=b,'],
  ['parameters', '&X-Amz-A=b'],
  ['escapes', '%41'],
  ['names of headers', 'host;'],
  ['names that differ', ';h'],
])('32 KiB of %s are refused at once', async (_, piece) => {
  const long = piece.repeat((32 * 1024) / piece.length);
  const rawHeaders = ['Host', 'h', 'X-Amz-Date', '20260301T120000Z'];
  const inHeader = (it: string) => ({
    method: 'POST',
    url: '/',
    rawHeaders: [...rawHeaders, 'Authorization', it],
    body,
  });
  const body = new Uint8Array();
  const scope = 'AKIDEXAMPLE/20260301/us-east-1/ecr/aws4_request';
  const started = performance.now();
  for (const it of [
    inHeader(long),
    inHeader(`AWS4-HMAC-SHA256 ${long}`),
    inHeader(`AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host;x-amz-date${long},Signature=0`),
    { method: 'GET', url: `/?X-Amz-Signature=${long}`, rawHeaders, body },
    { method: 'GET', url: `/${long}?X-Amz-Algorithm=a`, rawHeaders, body },
  ]) {
    expect(await outcomeOf(() => verify(it))).toEqual({ refusedAs: expect.stringMatching(/Exception$/) });
  }
  // A tenth of it is much already; the rest is for a machine that does other things too.
  expect(performance.now() - started).toBeLessThan(2_000);
});
