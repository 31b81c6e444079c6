import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../../test/berth.ts';
import { account, remove, role, type TestRole, type TestUser, user } from '../../test/identity.ts';
import { resolvePrincipals, showPrincipals } from './name-principals.ts';

const A = '123456789012';
const NOBODYS = '210987654321';

let berth: TestBerth;
let alice: TestUser;
let builder: TestRole;
beforeAll(async () => {
  berth = await startBerth();
  alice = await user(berth, { name: 'Alice', path: '/team/' });
  builder = await role(berth, { name: 'builder' });
});
afterAll(() => berth.stop());

function resolve(names: readonly string[], fidelity: 'superset' | 'aws-strict' = 'superset') {
  return berth.world.metadata.read((tx) => resolvePrincipals(tx, names, { ...berth.world.rules, fidelity }));
}

test('users, roles and sessions are given the ids of those who have these names now', async () => {
  const ofBuilder = `arn:aws:sts::${A}:assumed-role/builder/s1`;

  const { ids, unknown } = await resolve([alice.arn, builder.arn, ofBuilder, alice.id, builder.id, A, root(A)]);

  expect(ids).toEqual({
    [alice.arn]: alice.id,
    [builder.arn]: builder.id,
    [ofBuilder]: builder.id,
    [alice.id]: alice.id,
    [builder.id]: builder.id,
  });
  expect(unknown).toEqual([]);
});

test.each([
  ['a name that nobody has', `arn:aws:iam::${A}:user/bob`],
  ['a name in other case', `arn:aws:iam::${A}:user/team/alice`],
  ['a path that is another', `arn:aws:iam::${A}:user/Alice`],
  ['a role under the name of a user', `arn:aws:iam::${A}:role/team/Alice`],
  ['an ARN of another partition', `arn:aws-cn:iam::${A}:user/team/Alice`],
  ['a group', `arn:aws:iam::${A}:group/team`],
  ['an id that nobody has', 'AIDAAAAAAAAAAAAAAAAAA'],
  ['a session of no role', `arn:aws:sts::${A}:assumed-role/none/s`],
  ['a text', 'everybody'],
  ['a root of another partition', `arn:aws-cn:iam::${A}:root`],
])('%s means nobody', async (_, name) => {
  expect(await resolve([alice.arn, name])).toEqual({ ids: { [alice.arn]: alice.id }, unknown: [name] });
});

test('accounts that are not of this installation pass without an id, but not under aws-strict', async () => {
  const names = [NOBODYS, root(NOBODYS), `arn:aws:iam::${NOBODYS}:user/x`, `arn:aws:iam::${NOBODYS}:role/y`];

  expect(await resolve(names)).toEqual({ ids: {}, unknown: [] });
  expect(await resolve(names, 'aws-strict')).toEqual({ ids: {}, unknown: names });
});

test('a federated user is known by his account', async () => {
  expect(await resolve([`arn:aws:sts::${A}:federated-user/fred`], 'aws-strict')).toEqual({ ids: {}, unknown: [] });
});

test('as many principals as a document can name are looked up', async () => {
  const other = await account(berth);
  const names = Array.from({ length: 400 }, (_, i) => `arn:aws:iam::${other.account}:role/r${i}`);

  expect((await resolve(names)).unknown).toEqual(names);
});

test('who is deleted is shown by his id, who is renamed by his new name, and conditions stay', async () => {
  const gone = await user(berth, { name: 'gone' });
  const moved = await role(berth, { name: 'moved' });
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: [gone.arn, moved.arn, alice.arn] },
        Action: 'ecr:*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': gone.arn } },
      },
      { Effect: 'Deny', NotPrincipal: { AWS: gone.arn }, Action: 'ecr:*' },
    ],
  });
  const { ids } = await resolve([gone.arn, moved.arn, alice.arn]);
  expect(await show(document, ids)).toBe(document);

  await remove(berth, gone);
  await berth.world.metadata.write((tx) =>
    tx.updateTable('iam_roles').set({ name: 'here', name_key: 'here' }).where('role_id', '=', moved.id).execute(),
  );
  await user(berth, { name: 'gone' });

  expect(JSON.parse(await show(document, ids))).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: [gone.id, `arn:aws:iam::${A}:role/here`, alice.arn] },
        Action: 'ecr:*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': gone.arn } },
      },
      { Effect: 'Deny', NotPrincipal: { AWS: gone.id }, Action: 'ecr:*' },
    ],
  });
});

function show(document: string, ids: Readonly<Record<string, string>>): Promise<string> {
  return berth.world.metadata.read((tx) => showPrincipals(tx, document, ids, berth.world.rules));
}

function root(account: string): string {
  return `arn:aws:iam::${account}:root`;
}
