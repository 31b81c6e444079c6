import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { Refusal } from '../values/refusal.ts';
import { authenticate } from './authenticate.ts';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth();
});
afterAll(() => berth.stop());

const text = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.uint8Array({ maxLength: 60 }).map((it) => Buffer.from(it).toString('latin1')),
  fc.constantFrom('AWS', 'AWS:', 'AWS:x', ':', 'root:', '=', '\0', '', 'x'.repeat(20_000)),
);
const header = fc.oneof(
  text,
  fc
    .tuple(fc.constantFrom('Basic ', 'basic  ', 'Bearer ', 'Basic\t', 'BasicBasic ', 'Negotiate '), text)
    .map((it) => it.join('')),
  fc.array(text, { maxLength: 3 }).map((it) => `Basic ${Buffer.from(it.join('')).toString('base64')}`),
  text.map((it) => `Basic ${Buffer.from(`AWS:${it}`).toString('base64')}`),
);
const host = fc.oneof(
  text,
  fc.constantFrom('localhost', '123456789012.dkr.ecr.us-east-1.amazonaws.com', '123456789012.dkr.ecr..on.aws'),
);

test('nobody is let in by any header but a login, on any host', async () => {
  const codes = new Set<string>();
  const never = fc.asyncProperty(header, host, async (authorization, aHost) => {
    const error: unknown = await authenticate(berth.world, { authorization, host: aHost }).then(
      () => undefined,
      (it: unknown) => it,
    );
    expect(error).toBeInstanceOf(Refusal);
    if (error instanceof Refusal) codes.add(error.code);
  });
  await fc.assert(never, { numRuns: 5_000 });

  expect([...codes].sort()).toEqual(['LoginInvalid', 'NotAuthenticated']);
});

test('a login is one for its own region alone, whatever host it is sent to', async () => {
  const asked = fc.asyncProperty(host, async (aHost) => {
    const { registry, principal } = await authenticate(berth.world, {
      authorization: berth.authorization,
      host: aHost,
    });
    expect([registry.region, principal.account]).toEqual([berth.registry.region, berth.registry.account]);
  });
  await fc.assert(asked, { numRuns: 1_000 });
});
