import { CreateRepositoryCommand, ListImagesCommand, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr';
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { ecrClient, refused } from '../../test/aws/client.ts';
import { credentialsOf, stsClient } from '../../test/aws/sts.ts';
import type { TestBerth } from '../../test/berth.ts';
import { allowing, type Credentials, loginOf, role, session, setKeyStatus, user } from '../../test/identity.ts';
import { ownBerth, sharedBerth } from '../../test/shared-berth.ts';
import { systemIds } from '../ids.ts';
import { closeAccount, createAccount, listAccounts, reopenAccount, replaceRootKey } from './accounts.ts';
import { accountOfAccessKeyId, newAccountId } from './new-ids.ts';

const shared = sharedBerth();
let berth: TestBerth;
beforeEach(async () => {
  berth = await shared.account();
});

const whoIs = (as: Credentials) => stsClient(berth, as).send(new GetCallerIdentityCommand({}));
const unknown = refused('InvalidClientTokenId', /./);

async function dockerStatus(authorization: string): Promise<number> {
  const response = await fetch(`${berth.url}/v2/`, { headers: { authorization } });
  await response.arrayBuffer();
  return response.status;
}

describe('an account', () => {
  test('is made with a number of its own and a root key that works at once', async () => {
    berth = await ownBerth();
    const made = await createAccount(berth.world, 'Team Web');

    expect(made.accountId).toMatch(/^[1-9][0-9]{11}$/);
    expect(accountOfAccessKeyId(made.accessKeyId)).toBe(made.accountId);
    expect(await whoIs(made)).toMatchObject({
      Account: made.accountId,
      UserId: made.accountId,
      Arn: `arn:aws:iam::${made.accountId}:root`,
    });
    const accounts = [
      { accountId: berth.registry.account, name: undefined, status: 'ACTIVE' },
      { accountId: made.accountId, name: 'Team Web', status: 'ACTIVE', createdAt: berth.world.clock.now() },
    ];
    // By number, and that of the new one is drawn.
    const byNumber = accounts.toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1));
    expect(await listAccounts(berth.world)).toMatchObject(byNumber);
  });

  test('gets another number when that which it draws is taken', async () => {
    const first = await createAccount(berth.world, 'first');
    let draws = 0;
    const ids = {
      ...systemIds,
      // Of 16 bytes an account's number is made.
      bytes: (length: number) => {
        if (length !== 16 || ++draws > 1) return systemIds.bytes(length);
        return Buffer.from((BigInt(first.accountId) - 100_000_000_000n).toString(16).padStart(32, '0'), 'hex');
      },
    };

    const second = await createAccount({ ...berth.world, ids }, 'second');

    expect(draws).toBe(2);
    expect(second.accountId).not.toBe(first.accountId);
    await expect(whoIs(first)).resolves.toBeDefined();
  });

  test.each(['', ' x', 'x ', 'x'.repeat(51), 'a\nb', 'ä'])('is not called %j', async (name) => {
    await expect(createAccount(berth.world, name)).rejects.toThrow(/1 to 50 characters/);
  });

  test('that is closed is dead at once at both doors, until it is reopened', async () => {
    const made = await createAccount(berth.world, 'x');
    const alice = await user(berth, { account: made.accountId });
    const dev = await role(berth, { account: made.accountId });
    const token = credentialsOf(await stsClient(berth, alice).send(new GetSessionTokenCommand({})));
    const all: Credentials[] = [made, alice, token, session(berth, dev)];
    const logins = await Promise.all(all.map((it) => loginOf(berth, it)));

    await closeAccount(berth.world, made.accountId);

    for (const it of all) await expect(whoIs(it)).rejects.toEqual(unknown);
    expect(await Promise.all(logins.map(dockerStatus))).toEqual([401, 401, 401, 401]);
    expect(await listAccounts(berth.world)).toContainEqual(
      expect.objectContaining({ accountId: made.accountId, status: 'CLOSED' }),
    );
    await reopenAccount(berth.world, made.accountId);
    for (const it of all) await expect(whoIs(it)).resolves.toBeDefined();
    expect(await Promise.all(logins.map(dockerStatus))).toEqual([200, 200, 200, 200]);
  });

  test('that is closed lets nobody else in either, whatever its policies say', async () => {
    const made = await createAccount(berth.world, 'x');
    const registryId = made.accountId;
    const theirs = ecrClient(berth, { credentials: made });
    await theirs.send(new CreateRepositoryCommand({ repositoryName: 'app' }));
    const statement = { Effect: 'Allow', Principal: '*', Action: 'ecr:ListImages' };
    const policyText = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await theirs.send(new SetRepositoryPolicyCommand({ repositoryName: 'app', policyText }));
    const alice = await user(berth, { policies: [allowing('ecr:*')] });
    const list = () =>
      ecrClient(berth, { credentials: alice }).send(new ListImagesCommand({ registryId, repositoryName: 'app' }));
    await expect(list()).resolves.toBeDefined();

    await closeAccount(berth.world, registryId);

    await expect(list()).rejects.toEqual(refused('AccessDeniedException', /no resource-based policy allows/));
    await reopenAccount(berth.world, registryId);
    await expect(list()).resolves.toBeDefined();
  });

  test('that is closed, open, or not there says so', async () => {
    const { accountId } = await createAccount(berth.world, 'x');
    await expect(reopenAccount(berth.world, accountId)).rejects.toThrow(/not closed/);
    await closeAccount(berth.world, accountId);
    await expect(closeAccount(berth.world, accountId)).rejects.toThrow(/closed already/);
    await expect(replaceRootKey(berth.world, accountId, { orNone: true })).rejects.toThrow(/Reopen it first/);
    await expect(closeAccount(berth.world, '999999999999')).rejects.toThrow(/no account 999999999999/);
  });
});

describe("a root's key", () => {
  test('ends at once when it is replaced, with what was made with it', async () => {
    const made = await createAccount(berth.world, 'x');
    const token = credentialsOf(await stsClient(berth, made).send(new GetSessionTokenCommand({})));
    const logins = [await loginOf(berth, made), await loginOf(berth, token)];

    const next = await replaceRootKey(berth.world, made.accountId, { orNone: false });

    expect(next.replaced).toEqual([made.accessKeyId]);
    await expect(whoIs(made)).rejects.toEqual(unknown);
    await expect(whoIs(token)).rejects.toEqual(unknown);
    expect(await Promise.all(logins.map(dockerStatus))).toEqual([401, 401]);
    await expect(whoIs(next)).resolves.toMatchObject({ Account: made.accountId });
  });

  test('that does not work is replaced only by who says so', async () => {
    const made = await createAccount(berth.world, 'x');
    await setKeyStatus(berth, made, 'Inactive');

    await expect(replaceRootKey(berth.world, made.accountId, { orNone: false })).rejects.toThrow(/reset-root/);
    const next = await replaceRootKey(berth.world, made.accountId, { orNone: true });

    await expect(whoIs(next)).resolves.toBeDefined();
    await expect(whoIs(made)).rejects.toEqual(unknown);
  });

  test('is one, however many replace it at once', async () => {
    const { accountId } = await createAccount(berth.world, 'x');

    const made = await Promise.all(
      Array.from({ length: 5 }, () => replaceRootKey(berth.world, accountId, { orNone: true })),
    );

    const working = await Promise.allSettled(made.map(whoIs));
    expect(working.filter((it) => it.status === 'fulfilled')).toHaveLength(1);
  });
});

test('numbers of accounts have twelve digits, of which the first is no zero, whatever is drawn', () => {
  const agrees = fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
    expect(newAccountId({ bytes: () => Buffer.from(bytes) })).toMatch(/^[1-9][0-9]{11}$/);
  });
  fc.assert(agrees);
});
