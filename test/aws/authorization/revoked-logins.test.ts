import { beforeEach, expect, test } from 'vitest';
import { setRootKey } from '../../../src/identity/access-keys.ts';
import { changeIdentity } from '../../../src/storage/metadata/accounts.ts';
import type { TestBerth } from '../../berth.ts';
import { type Client, clientOf } from '../../conformance/http-client.ts';
import {
  allowing,
  account as anAccount,
  type Credentials,
  loginOf,
  remove,
  role,
  session,
  setKeyStatus,
  setPolicies,
  user,
} from '../../identity.ts';
import { sharedBerth } from '../../shared-berth.ts';

const shared = sharedBerth();
let berth: TestBerth;
let client: Client;
beforeEach(async () => {
  berth = await shared.account();
  client = clientOf(berth.url, berth.authorization);
  await berth.createRepository('app');
});

const ALL = { policies: [allowing('ecr:*')] };

/** Pulls as who is logged in with these credentials, before and after something happens. */
async function aroundIt(credentials: Credentials, happens: () => Promise<unknown>): Promise<number[]> {
  const authorization = await loginOf(berth, credentials);
  const pull = async () => (await client.send('GET', '/v2/app/tags/list', { authorization })).status;
  const before = await pull();
  await happens();
  return [before, await pull()];
}

test('a login ends at once when its key is deactivated, and goes on when the key is active again', async () => {
  const alice = await user(berth, ALL);

  expect(await aroundIt(alice, () => setKeyStatus(berth, alice, 'Inactive'))).toEqual([200, 401]);

  const authorization = await loginOf(berth, alice);
  await setKeyStatus(berth, alice, 'Active');
  expect((await client.send('GET', '/v2/app/tags/list', { authorization })).status).toBe(200);
});

test('a login ends at once when its user is deleted, and stays so when there is a namesake', async () => {
  const alice = await user(berth, { name: 'alice', ...ALL });

  const statuses = await aroundIt(alice, async () => {
    await remove(berth, alice);
    await user(berth, { name: 'alice', ...ALL });
  });

  expect(statuses).toEqual([200, 401]);
});

test('a login of a session ends at once when its role is deleted, and stays so when there is a namesake', async () => {
  const builder = await role(berth, { name: 'builder', ...ALL });

  const statuses = await aroundIt(session(berth, builder), async () => {
    await remove(berth, builder);
    await role(berth, { name: 'builder', ...ALL });
  });

  expect(statuses).toEqual([200, 401]);
});

test('a login of a session ends at once when the sessions of its role are revoked', async () => {
  const builder = await role(berth, ALL);

  const statuses = await aroundIt(session(berth, builder), () =>
    berth.world.metadata.write(async (tx) => {
      await changeIdentity(tx, builder.account);
      const epoch = { token_epoch: 2 };
      await tx.updateTable('iam_roles').set(epoch).where('role_id', '=', builder.id).execute();
    }),
  );

  expect(statuses).toEqual([200, 401]);
});

test('logins end at once when the account is closed', async () => {
  const close = async () => {
    const closed = { closed_at: berth.world.clock.now().getTime() };
    await berth.world.metadata.write((tx) =>
      tx.updateTable('accounts').set(closed).where('account', '=', berth.registry.account).execute(),
    );
  };
  const builder = session(berth, await role(berth, ALL));
  const authorization = await loginOf(berth, builder);

  expect(await aroundIt(await user(berth, ALL), close)).toEqual([200, 401]);
  expect((await client.send('GET', '/v2/app/tags/list', { authorization })).status).toBe(401);
});

test('a login of a root ends at once when it has another key', async () => {
  const { account, ...key } = await anAccount(berth);
  const authorization = await loginOf(berth, key);
  expect((await client.send('GET', '/v2/', { authorization })).status).toBe(200);

  await setRootKey(berth.world, account, { accessKeyId: 'AKIAOTHER', secretAccessKey: 'another' });

  expect((await client.send('GET', '/v2/', { authorization })).status).toBe(401);
});

test('a login stays when policies change, and may what they say then', async () => {
  const alice = await user(berth, ALL);

  expect(await aroundIt(alice, () => setPolicies(berth, alice, []))).toEqual([200, 403]);
  expect(await aroundIt(alice, () => setPolicies(berth, alice, ALL.policies))).toEqual([403, 200]);
});
