import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemIds } from '../ids.ts';
import { secretsOf } from '../installation/secrets.ts';
import type { Session } from './principal.ts';
import { issueSession, openSession, type SessionOwner } from './sessions.ts';
import { packedSize } from './sts/packed-size.ts';

const secrets = secretsOf(Buffer.alloc(32, 1), systemIds);
const world = { secrets, ids: systemIds };

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const time = fc.date({ min: new Date(0), max: new Date(8e15), noInvalidDate: true });
const session: fc.Arbitrary<Session> = fc.record(
  {
    name: text,
    issuedAt: time,
    expiresAt: time,
    policies: fc.array(text, { maxLength: 2 }),
    policyArns: fc.array(text, { maxLength: 10 }),
    tags: fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true }),
    transitiveTagKeys: fc.array(text, { maxLength: 5 }),
    isChained: fc.boolean(),
    sourceIdentity: text,
    federatedProvider: text,
  },
  {
    requiredKeys: ['name', 'issuedAt', 'expiresAt', 'policies', 'policyArns', 'tags', 'transitiveTagKeys', 'isChained'],
  },
);
const owner: fc.Arbitrary<SessionOwner> = fc.record(
  {
    kind: fc.constantFrom('root' as const, 'user' as const, 'role-session' as const, 'federated-user' as const),
    account: fc.constantFrom('123456789012', '000000000000'),
    ownerId: text,
    epoch: text,
    ofKey: text,
  },
  { requiredKeys: ['kind', 'account', 'ownerId', 'epoch'] },
);

describe('a session token', () => {
  test('holds all of its session, and nobody else made it', () => {
    const agrees = fc.property(owner, session, (of, given) => {
      const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = issueSession(world, of, given);

      expect(openSession(world, sessionToken)).toEqual({ ...of, accessKeyId, secretAccessKey, session: given });
      expect(expiresAt).toEqual(given.expiresAt);
      const other = secretsOf(Buffer.alloc(32, 2), systemIds);
      expect(openSession({ secrets: other }, sessionToken)).toBeUndefined();
    });
    fc.assert(agrees, { numRuns: 300 });
  });

  test('is none when any of its bytes is another, or any is missing', () => {
    const [of] = fc.sample(owner, 1);
    const [given] = fc.sample(session, 1);
    if (!of || !given) throw new Error('There is no sample.');
    const bytes = Buffer.from(issueSession(world, of, given).sessionToken, 'base64');
    const agrees = fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ change, at);
      expect(openSession(world, changed.toString('base64'))).toBeUndefined();
      expect(openSession(world, bytes.subarray(0, at).toString('base64'))).toBeUndefined();
    });
    fc.assert(agrees, { numRuns: 300 });
  });

  test('is none when it is any text', () => {
    const agrees = fc.property(fc.string({ maxLength: 10_000 }), (it) => {
      expect(openSession(world, it)).toBeUndefined();
    });
    fc.assert(agrees);
  });

  test('that carries as much as it may is shorter than 4 KiB', () => {
    const policies = [
      systemIds
        .bytes(1_500)
        .toString('latin1')
        .replace(/[^ -~]/g, 'x'),
    ];
    const provider = `arn:aws:iam::123456789012:oidc-provider/${'issuer.example.com/'.repeat(13)}`;
    const carried = { policies, policyArns: [], transitiveTagKeys: [] };
    // Tags that hardly can be packed, as many as there is room for.
    let tags: Record<string, string> = {};
    for (let many = 1; many <= 50; many += 1) {
      const more = { ...tags, [systemIds.bytes(30).toString('base64')]: systemIds.bytes(30).toString('base64') };
      try {
        packedSize({ ...carried, tags: more });
      } catch {
        break;
      }
      tags = more;
    }
    expect(packedSize({ ...carried, tags })).toBeGreaterThan(90);

    const { sessionToken } = issueSession(
      world,
      { kind: 'role-session', account: '123456789012', ownerId: `AROA${'X'.repeat(17)}`, epoch: '.1000000' },
      {
        ...carried,
        tags,
        name: systemIds.bytes(48).toString('base64'),
        sourceIdentity: systemIds.bytes(48).toString('base64'),
        federatedProvider: provider,
        isChained: true,
        issuedAt: new Date(),
        expiresAt: new Date(),
      },
    );

    expect(sessionToken.length).toBeLessThan(4_096);
    expect(openSession(world, sessionToken)?.session.tags).toEqual(tags);
  });
});
