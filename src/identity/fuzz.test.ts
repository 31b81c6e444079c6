import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { allowing, passwordOf, role, session } from '../../test/identity.ts';
import { verifyLoginToken } from './login-token.ts';
import { openSession } from './sessions.ts';

let berth: TestBerth;
/** A login of root, and one of a session. */
let passwords: readonly string[];
let sessionToken: string;
beforeAll(async () => {
  berth = await startBerth();
  const credentials = session(berth, await role(berth, { policies: [allowing('ecr:*')] }));
  sessionToken = credentials.sessionToken;
  passwords = [berth.password, await passwordOf(berth, credentials)];
});
afterAll(() => berth.stop());

const word = fc.constantFrom(
  ...['.', '..', 'AWS', 'AWS:', '{}', '[]', 'null', '{"key":"AKIA","epoch":"1.","region":"us-east-1","expires":1e300}'],
  ...['{"__proto__":{"kind":"valid"}}', '=', '\0', '\ud800', 'x'.repeat(12_000)],
);
const bytes = fc.uint8Array({ maxLength: 300 }).map((it) => Buffer.from(it));
const text = fc.oneof(word, fc.string({ maxLength: 80 }), bytes.map(String));
/** Everything that could stand in one of the parts between the dots. */
const part = fc.oneof(
  text,
  text.map((it) => Buffer.from(it).toString('base64url')),
  bytes.map((it) => it.toString('base64')),
);
const forged = fc.oneof(
  text,
  bytes.map((it) => it.toString('base64')),
  fc.array(part, { maxLength: 5 }).map((it) => Buffer.from(it.join('.')).toString('base64')),
);
/** Where something is cut out, and what is put in its place. */
const splice = fc.record({ from: fc.nat(), length: fc.nat(40), put: fc.oneof(fc.constant(''), text) });

function spliced(all: string, { from, length, put }: { from: number; length: number; put: string }): string {
  const at = from % (all.length + 1);
  return all.slice(0, at) + put + all.slice(at + length);
}

const base64 = (it: string) => Buffer.from(it, 'utf8').toString('base64');
const fromBase64 = (it: string) => Buffer.from(it, 'base64').toString('utf8');

describe('a login token', () => {
  test('is none when it is any text, or any text in its form', async () => {
    const never = fc.asyncProperty(forged, async (it) => {
      expect(await verifyLoginToken(berth.world, it)).toEqual({ kind: 'invalid' });
    });
    await fc.assert(never, { numRuns: 3_000 });
  });

  test('of which a part is cut out or another put in is none, unless what it says is the same', async () => {
    let refused = 0;
    const same = fc.asyncProperty(fc.boolean(), splice, async (isSession, change) => {
      const password = passwords[isSession ? 1 : 0] ?? '';
      const changed = base64(spliced(fromBase64(password), change));
      const { kind } = await verifyLoginToken(berth.world, changed);
      if (kind === 'invalid') refused++;
      else expect(saidIn(changed)).toBe(saidIn(password));
    });
    await fc.assert(same, { numRuns: 3_000 });

    expect(refused).toBeGreaterThan(2_000);
  });

  test('has its parts from one token: those of two make none', async () => {
    const [ofRoot = '', ofSession = ''] = passwords.map(fromBase64);
    const parts = [...ofRoot.split('.'), ...ofSession.split('.')];
    const anyOrder = fc.asyncProperty(fc.array(fc.constantFrom(...parts), { maxLength: 4 }), async (chosen) => {
      const joined = chosen.join('.');
      const { kind } = await verifyLoginToken(berth.world, base64(joined));
      expect(kind).toBe([ofRoot, ofSession].includes(joined) ? 'valid' : 'invalid');
    });
    await fc.assert(anyOrder, { numRuns: 2_000 });
  });
});

/** All that the MAC is of. */
function saidIn(password: string): string {
  const decoded = fromBase64(password);
  return decoded.slice(0, decoded.lastIndexOf('.'));
}

describe('a session token', () => {
  test('is none when it is any bytes', () => {
    const never = fc.property(forged, (it) => {
      expect(openSession(berth.world, it)).toBeUndefined();
    });
    fc.assert(never, { numRuns: 3_000 });
  });

  test('of which a part is cut out or another put in is none, unless it stands for the same bytes', () => {
    const original = Buffer.from(sessionToken, 'base64');
    let refused = 0;
    const same = fc.property(splice, (change) => {
      const changed = spliced(sessionToken, change);
      if (openSession(berth.world, changed) === undefined) refused++;
      else expect(Buffer.from(changed, 'base64').equals(original)).toBe(true);
    });
    fc.assert(same, { numRuns: 3_000 });

    expect(refused).toBeGreaterThan(2_000);
  });

  test('is not what was sealed here for another purpose, whatever it says', () => {
    const { secretAccessKey: _, ...record } = openSession(berth.world, sessionToken) ?? {};
    const sealed = (context: string) =>
      berth.world.secrets.seal(deflateRawSync(JSON.stringify(record)), context).toString('base64');

    expect(openSession(berth.world, sealed('session-token'))).toBeDefined();
    for (const context of ['', 'session-tokens', 'page-token', 'secret-access-key']) {
      expect(openSession(berth.world, sealed(context))).toBeUndefined();
    }
  });
});
