import type { KMS } from '@aws-sdk/client-kms';
import { beforeEach, describe, expect, test } from 'vitest';
import { refused } from '../../../test/aws/client.ts';
import { kmsClient, newKey } from '../../../test/aws/kms.ts';
import type { TestBerth } from '../../../test/berth.ts';
import { account, remove, role, session, type TestUser, user } from '../../../test/identity.ts';
import { sharedBerth } from '../../../test/shared-berth.ts';

const shared = sharedBerth();
let berth: TestBerth;
let root: KMS;
let key: { readonly id: string; readonly arn: string };
let grantee: TestUser;
beforeEach(async () => {
  berth = await shared.account();
  root = kmsClient(berth);
  key = await newKey(root);
  grantee = await user(berth);
});

type Grant = Partial<Parameters<KMS['createGrant']>[0]>;

const grant = (input: Grant = {}, as: KMS = root) =>
  as.createGrant({ KeyId: key.id, GranteePrincipal: grantee.arn, Operations: ['Encrypt', 'Decrypt'], ...input });
const encrypt = (who: Parameters<typeof kmsClient>[1], EncryptionContext = {}) =>
  kmsClient(berth, who).encrypt({ KeyId: key.arn, Plaintext: Buffer.from('x'), EncryptionContext });
const denied = { name: 'AccessDeniedException' };

describe('a grant', () => {
  test('lets its grantee do its operations and no other, until it ends', async () => {
    const { GrantId = '', GrantToken } = await grant();
    const theirs = kmsClient(berth, grantee);
    const { CiphertextBlob } = await encrypt(grantee);

    expect(GrantId).toMatch(/^[0-9a-f]{64}$/);
    await theirs.decrypt({ CiphertextBlob, GrantTokens: [GrantToken ?? ''] });
    await expect(theirs.generateDataKey({ KeyId: key.arn, NumberOfBytes: 1 })).rejects.toMatchObject(denied);
    await expect(encrypt(await user(berth))).rejects.toMatchObject(denied);
    await root.revokeGrant({ KeyId: key.id, GrantId });
    await expect(encrypt(grantee)).rejects.toMatchObject(denied);
    await expect(root.revokeGrant({ KeyId: key.id, GrantId })).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('crosses accounts', async () => {
    const theirs = await account(berth);
    const stranger = await user(berth, { account: theirs.account });
    await grant({ GranteePrincipal: stranger.arn });
    expect(await encrypt(stranger)).toMatchObject({ KeyId: key.arn });
  });

  test('does not help against a deny', async () => {
    const Deny = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' }] };
    const barred = await user(berth, { policies: [Deny] });
    await grant({ GranteePrincipal: barred.arn });
    await expect(encrypt(barred)).rejects.toMatchObject(denied);
  });

  test('is its grantee’s, not a namesake’s who is made later', async () => {
    await grant();
    await remove(berth, grantee);
    const namesake = await user(berth, { name: grantee.name });
    expect(namesake.arn).toBe(grantee.arn);
    await expect(encrypt(namesake)).rejects.toMatchObject(denied);
  });

  test('of a role is that of all its sessions, of a session that of it alone', async () => {
    const acting = await role(berth);
    const arn = (name: string) => `arn:aws:sts::${berth.registry.account}:assumed-role/${acting.name}/${name}`;
    await grant({ GranteePrincipal: arn('one') });
    await encrypt(session(berth, acting, { name: 'one' }));
    await expect(encrypt(session(berth, acting, { name: 'two' }))).rejects.toMatchObject(denied);
    await grant({ GranteePrincipal: acting.arn });
    await encrypt(session(berth, acting, { name: 'two' }));
  });

  test.each([
    [
      'EncryptionContextSubset',
      { a: '1' },
      [{ a: '1' }, { a: '1', b: '2' }],
      [{}, { a: '2' }, { A: '1' }, { a: '1 ' }],
    ],
    ['EncryptionContextEquals', { a: '1' }, [{ a: '1' }], [{}, { a: '1', b: '2' }, { A: '1' }]],
    ['EncryptionContextEquals', {}, [{}], [{ a: '1' }]],
  ] as const)('with %s %j holds for such contexts alone', async (kind, context, within, outside) => {
    await grant({ Constraints: { [kind]: context } });
    for (const it of within) await encrypt(grantee, it);
    for (const it of outside) await expect(encrypt(grantee, it), JSON.stringify(it)).rejects.toMatchObject(denied);
  });

  test.each([
    { EncryptionContextSubset: {}, EncryptionContextEquals: { a: '1' } },
    { EncryptionContextSubset: { a: '1' }, EncryptionContextEquals: {} },
  ])('is bound by the one of two constraints that says something: %j', async (Constraints) => {
    await grant({ Constraints });
    await encrypt(grantee, { a: '1' });
    await expect(encrypt(grantee)).rejects.toMatchObject(denied);
    expect(Object.keys((await root.listGrants({ KeyId: key.id })).Grants?.[0]?.Constraints ?? {})).toHaveLength(1);
  });

  test('is made once under a name', async () => {
    const one = await grant({ Name: 'n' });
    const same = await grant({ Name: 'n' });
    const other = await grant({ Name: 'n', Operations: ['Decrypt'] });
    expect(same.GrantId).toBe(one.GrantId);
    expect(other.GrantId).not.toBe(one.GrantId);
  });

  test('is listed with all its members, in pages', async () => {
    const retiring = await user(berth);
    const Constraints = { EncryptionContextSubset: { a: '1' } };
    const { GrantId } = await grant({ Name: 'n', RetiringPrincipal: retiring.arn, Constraints });
    await grant();
    const { Grants } = await root.listGrants({ KeyId: key.id, GrantId });

    expect(Grants).toEqual([
      {
        KeyId: key.arn,
        GrantId,
        Name: 'n',
        CreationDate: expect.any(Date),
        GranteePrincipal: grantee.arn,
        RetiringPrincipal: retiring.arn,
        IssuingAccount: `arn:aws:iam::${berth.registry.account}:root`,
        Operations: ['Encrypt', 'Decrypt'],
        Constraints,
      },
    ]);
    expect((await root.listRetirableGrants({ RetiringPrincipal: retiring.arn })).Grants).toEqual(Grants);
    const first = await root.listGrants({ KeyId: key.id, Limit: 1 });
    const second = await root.listGrants({ KeyId: key.id, Limit: 1, Marker: first.NextMarker });
    expect([first.Truncated, second.Truncated]).toEqual([true, false]);
    expect(second.Grants?.[0]?.GrantId).not.toBe(first.Grants?.[0]?.GrantId);
  });

  test.each([
    ['an operation that the key has not', { Operations: ['Sign'] }, 'ValidationException'],
    ['a service', { GranteePrincipal: 'ecr.us-east-1.amazonaws.com' }, 'InvalidArnException'],
    [
      'both constraints',
      { Constraints: { EncryptionContextSubset: { a: '1' }, EncryptionContextEquals: { a: '1' } } },
      'ValidationException',
    ],
    [
      'nine pairs',
      {
        Constraints: {
          EncryptionContextSubset: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, ''])),
        },
      },
      'ValidationException',
    ],
    [
      'a context of 385 characters',
      { Constraints: { EncryptionContextSubset: { k: 'v'.repeat(385 - 8) } } },
      'ValidationException',
    ],
    ['eleven tokens', { GrantTokens: Array.from({ length: 11 }, () => 'x') }, 'ValidationException'],
    ['a token that nobody issued', { GrantTokens: ['eA=='] }, 'InvalidGrantTokenException'],
    ['a dry run', { DryRun: true }, 'DryRunOperationException'],
  ] as const)('is not made with %s', async (_, input, name) => {
    await expect(grant(input as Grant)).rejects.toMatchObject({ name });
    expect((await root.listGrants({ KeyId: key.id })).Grants).toEqual([]);
  });

  test('is not made with a principal who is not there', async () => {
    const GranteePrincipal = `arn:aws:iam::${berth.registry.account}:user/none`;
    await expect(grant({ GranteePrincipal })).rejects.toMatchObject({ name: 'InvalidArnException' });
    expect((await root.listGrants({ KeyId: key.id })).Grants).toEqual([]);
  });

  test('is one of so many on its key, however many ask at once', async () => {
    const { createGrant } = await import('../../kms/create-grant.ts');
    const caller = {
      principal: {
        kind: 'root',
        account: berth.registry.account,
        arn: `arn:aws:iam::${berth.registry.account}:root`,
        userId: berth.registry.account,
        accessKeyId: '',
        identityVersion: 1,
      },
      request: { region: 'us-east-1', sourceIp: undefined, isSecure: false, userAgent: undefined, referer: undefined },
    } as const;
    const input = { keyId: key.id, grantee: grantee.arn, granted: { operations: ['Decrypt'], constraints: undefined } };
    const made = await Promise.allSettled(Array.from({ length: 6 }, () => createGrant(berth.world, caller, input, 3)));
    expect(made.filter((it) => it.status === 'fulfilled')).toHaveLength(3);
    expect(made).toContainEqual(
      expect.objectContaining({ reason: expect.objectContaining({ code: 'LimitExceededException' }) }),
    );
  });
});

describe('a grantee with CreateGrant', () => {
  test.each<readonly [string, Grant, boolean]>([
    ['the same', { Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { a: '1' } } }, true],
    ['more pairs', { Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { a: '1', b: '2' } } }, true],
    [
      'a whole context that has them',
      { Operations: ['Decrypt'], Constraints: { EncryptionContextEquals: { a: '1' } } },
      true,
    ],
    ['another operation', { Operations: ['Encrypt'], Constraints: { EncryptionContextSubset: { a: '1' } } }, false],
    ['no constraint', { Operations: ['Decrypt'] }, false],
    ['another value', { Operations: ['Decrypt'], Constraints: { EncryptionContextSubset: { a: '2' } } }, false],
    [
      'a whole context without them',
      { Operations: ['Decrypt'], Constraints: { EncryptionContextEquals: { b: '1' } } },
      false,
    ],
  ])('passes on %s: %j is %s', async (_, input, isAllowed) => {
    const child = await user(berth);
    await grant({ Operations: ['CreateGrant', 'Decrypt'], Constraints: { EncryptionContextSubset: { a: '1' } } });
    const passing = grant({ ...input, KeyId: key.arn, GranteePrincipal: child.arn }, kmsClient(berth, grantee));

    if (isAllowed) expect(await passing).toMatchObject({ GrantId: expect.any(String) });
    else await expect(passing).rejects.toMatchObject(denied);
  });
});

describe('a grant is retired', () => {
  const statement = (Action: string) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  });

  test('by its retiring principal, with nothing but its token', async () => {
    const retiring = await user(berth);
    const { GrantToken } = await grant({ RetiringPrincipal: retiring.arn });
    await kmsClient(berth, retiring).retireGrant({ GrantToken });
    await expect(encrypt(grantee)).rejects.toMatchObject(denied);
  });

  test('by its grantee, if that is among its operations', async () => {
    const without = await grant();
    const withIt = await grant({ Operations: ['Encrypt', 'RetireGrant'] });
    const theirs = kmsClient(berth, grantee);
    await expect(theirs.retireGrant({ KeyId: key.arn, GrantId: without.GrantId })).rejects.toMatchObject(denied);
    await theirs.retireGrant({ KeyId: key.arn, GrantId: withIt.GrantId });
  });

  test('for the account that issued it, by its root and by whom IAM lets', async () => {
    const allowed = await user(berth, { policies: [statement('kms:RetireGrant')] });
    const silent = await user(berth);
    for (const who of [berth, allowed]) {
      const { GrantToken } = await grant();
      await expect(kmsClient(berth, silent).retireGrant({ GrantToken })).rejects.toMatchObject(denied);
      await expect(kmsClient(berth, who).retireGrant({ GrantToken, DryRun: true })).rejects.toMatchObject({
        name: 'DryRunOperationException',
      });
      await kmsClient(berth, who).retireGrant({ GrantToken });
      expect((await root.listGrants({ KeyId: key.id })).Grants).toEqual([]);
    }
  });

  test('by nobody of another account, whatever IAM there lets him', async () => {
    const theirs = await account(berth);
    const stranger = await user(berth, { account: theirs.account, policies: [statement('kms:*')] });
    const { GrantToken, GrantId } = await grant();
    for (const who of [stranger, theirs]) {
      await expect(kmsClient(berth, who).retireGrant({ GrantToken })).rejects.toMatchObject(denied);
      await expect(kmsClient(berth, who).retireGrant({ KeyId: key.arn, GrantId })).rejects.toMatchObject(denied);
    }
  });

  test.each([[{}], [{ GrantId: 'x' }], [{ GrantToken: 'x', GrantId: 'y', KeyId: 'z' }]])(
    'and named one way: %j',
    async (input) => {
      await expect(root.retireGrant(input)).rejects.toEqual(
        refused('ValidationException', 'You must specify either a grant token, or a key ID and a grant ID.'),
      );
    },
  );
});
