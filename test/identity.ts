import { randomInt } from 'node:crypto';
import { accessKeyRow, setRootKey } from '../src/identity/access-keys.ts';
import { findSigner } from '../src/identity/find-signer.ts';
import { issueLoginToken } from '../src/identity/login-token.ts';
import { newAccessKey, newUniqueId } from '../src/identity/new-ids.ts';
import type { Session } from '../src/identity/principal.ts';
import { issueSession } from '../src/identity/sessions.ts';
import { changeIdentity, putAccessKey } from '../src/storage/metadata/accounts.ts';
import type { Writing } from '../src/storage/metadata/port.ts';
import { identityArn } from '../src/values/identity-arn.ts';
import type { TestBerth } from './berth.ts';

/*
 * Accounts, users, roles and sessions made by their rows: for tests of what these may do, rather than of how IAM makes
 * them.
 */

/** What signs requests. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface TestAccount extends Credentials {
  readonly account: string;
}

export interface TestUser extends Credentials {
  readonly account: string;
  readonly name: string;
  readonly arn: string;
  /** `AIDA...`. */
  readonly id: string;
}

export interface TestRole {
  readonly account: string;
  readonly name: string;
  readonly arn: string;
  /** `AROA...`. */
  readonly id: string;
}

/** A policy: its document; or, of a managed one, its ARN. */
export type Policy = object | string;

export interface Wanted {
  /** The account of the Berth's own root when none is given. */
  readonly account?: string;
  readonly name?: string;
  readonly path?: string;
  readonly policies?: readonly Policy[];
  /** ARN of a managed policy. */
  readonly boundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

let made = 0;

/** Another account with a root key. */
export async function account(berth: TestBerth): Promise<TestAccount> {
  const id = String(randomInt(200_000_000_000, 281_474_976_710_655)).slice(0, 12);
  const key = newAccessKey(berth.world.ids, id);
  await setRootKey(berth.world, id, key);
  return { account: id, ...key };
}

/** A user with one access key. */
export async function user(berth: TestBerth, wanted: Wanted = {}): Promise<TestUser> {
  const { account = berth.registry.account, path = '/', name = `user-${++made}`, tags = {}, policies = [] } = wanted;
  const { ids, clock } = berth.world;
  const id = newUniqueId(ids, 'AIDA');
  const key = newAccessKey(ids, account);
  await berth.world.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const row = { user_id: id, account, path, ...named(name), created_at: clock.now().getTime() };
    const more = { boundary_arn: wanted.boundary ?? null, token_epoch: 1, password_last_used: null };
    await tx
      .insertInto('iam_users')
      .values({ ...row, ...more })
      .execute();
    await putAccessKey(tx, accessKeyRow(berth.world, key, { account, ownerId: id, tokenEpoch: 1 }));
    await addPolicies(tx, { account, id }, policies);
    await addTags(tx, id, tags);
  });
  return { account, name, arn: identityArn('aws', 'user', { account, path, name }), id, ...key };
}

/** A role; its trust policy matters to AssumeRole alone, see `session`. */
export async function role(berth: TestBerth, wanted: Wanted & { readonly trust?: object } = {}): Promise<TestRole> {
  const { account = berth.registry.account, path = '/', name = `role-${++made}`, tags = {}, policies = [] } = wanted;
  const { ids, clock } = berth.world;
  const id = newUniqueId(ids, 'AROA');
  await berth.world.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    await tx
      .insertInto('iam_roles')
      .values({
        role_id: id,
        account,
        path,
        ...named(name),
        created_at: clock.now().getTime(),
        trust_policy: JSON.stringify(wanted.trust ?? { Version: '2012-10-17', Statement: [] }),
        trust_principals: '{}',
        description: null,
        max_session_duration: 3_600,
        boundary_arn: wanted.boundary ?? null,
        token_epoch: 1,
        service: null,
        last_used_at: null,
        last_used_region: null,
      })
      .execute();
    await addPolicies(tx, { account, id }, policies);
    await addTags(tx, id, tags);
  });
  return { account, name, arn: identityArn('aws', 'role', { account, path, name }), id };
}

/** A session of the role, as AssumeRole gives it to whom the role trusts. */
export function session(
  berth: TestBerth,
  { account, id }: TestRole,
  wanted: Partial<Omit<Session, 'issuedAt' | 'expiresAt'>> & { readonly seconds?: number } = {},
): Required<Credentials> {
  const { seconds = 3_600, ...given } = wanted;
  const issuedAt = berth.world.clock.now();
  // The role's token_epoch; a role has no key of its own.
  const owner = { kind: 'role-session', account, ownerId: id, epoch: '.1' } as const;
  const { expiresAt: _, ...credentials } = issueSession(berth.world, owner, {
    name: 'session',
    policies: [],
    policyArns: [],
    tags: {},
    transitiveTagKeys: [],
    isChained: false,
    ...given,
    issuedAt,
    expiresAt: new Date(issuedAt.getTime() + seconds * 1_000),
  });
  return credentials;
}

/** A managed policy of the account; answers its ARN. */
export async function managedPolicy(
  berth: TestBerth,
  document: object,
  { account = berth.registry.account, name = `policy-${++made}`, path = '/' }: Wanted = {},
): Promise<string> {
  const { ids, clock } = berth.world;
  const now = clock.now().getTime();
  const policyId = newUniqueId(ids, 'ANPA');
  await berth.world.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const row = { policy_id: policyId, account, path, ...named(name), description: null };
    const versions = { default_version: 1, next_version: 2, created_at: now, updated_at: now };
    await tx
      .insertInto('iam_policies')
      .values({ ...row, ...versions })
      .execute();
    const version = { policy_id: policyId, version: 1, document: JSON.stringify(document), created_at: now };
    await tx.insertInto('iam_policy_versions').values(version).execute();
  });
  return identityArn('aws', 'policy', { account, path, name });
}

/** Changes what the user or role may do: the policies are put instead of those that he has. */
export async function setPolicies(
  berth: TestBerth,
  who: Pick<TestUser, 'account' | 'id'>,
  policies: readonly Policy[],
): Promise<void> {
  await berth.world.metadata.write(async (tx) => {
    await changeIdentity(tx, who.account);
    await tx.deleteFrom('iam_inline_policies').where('entity_id', '=', who.id).execute();
    await tx.deleteFrom('iam_attachments').where('entity_id', '=', who.id).execute();
    await addPolicies(tx, who, policies);
  });
}

/** Deletes the user or role with all that he has, as IAM does once he is stripped of it. */
export async function remove(berth: TestBerth, who: Pick<TestUser, 'account' | 'id'>): Promise<void> {
  await berth.world.metadata.write(async (tx) => {
    await changeIdentity(tx, who.account);
    await tx.deleteFrom('access_keys').where('owner_id', '=', who.id).execute();
    await tx.deleteFrom('iam_inline_policies').where('entity_id', '=', who.id).execute();
    await tx.deleteFrom('iam_attachments').where('entity_id', '=', who.id).execute();
    await tx.deleteFrom('iam_tags').where('entity_id', '=', who.id).execute();
    await tx.deleteFrom('iam_users').where('user_id', '=', who.id).execute();
    await tx.deleteFrom('iam_roles').where('role_id', '=', who.id).execute();
  });
}

/** As UpdateAccessKey does. */
export async function setKeyStatus(
  berth: TestBerth,
  { accessKeyId }: Credentials,
  status: 'Active' | 'Inactive',
): Promise<void> {
  await berth.world.metadata.write((tx) =>
    tx.updateTable('access_keys').set({ status }).where('access_key_id', '=', accessKeyId).execute(),
  );
}

/** The password of a docker login that these credentials ask for now, whatever policies say. */
export async function passwordOf(berth: TestBerth, credentials: Credentials): Promise<string> {
  const { accessKeyId, sessionToken } = credentials;
  const signer = await findSigner(berth.world, accessKeyId, sessionToken);
  if (!signer) throw new Error(`Nobody has the access key ${accessKeyId}.`);
  return issueLoginToken(berth.world, { ...signer, sessionToken }, berth.registry.region).password;
}

/** The same as an Authorization header. */
export async function loginOf(berth: TestBerth, credentials: Credentials): Promise<string> {
  return `Basic ${Buffer.from(`AWS:${await passwordOf(berth, credentials)}`).toString('base64')}`;
}

/** A document that allows these actions, on everything unless said otherwise. */
export function allowing(actions: string | readonly string[], resources: string | readonly string[] = '*'): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: resources }] };
}

/** Besides allowing everything: denies these actions. */
export function denying(actions: string | readonly string[], resources: string | readonly string[] = '*'): object {
  const all = { Effect: 'Allow', Action: '*', Resource: '*' };
  return { Version: '2012-10-17', Statement: [all, { Effect: 'Deny', Action: actions, Resource: resources }] };
}

function named(name: string) {
  return { name, name_key: name.toLowerCase() };
}

async function addPolicies(
  tx: Writing,
  { account, id }: { readonly account: string; readonly id: string },
  policies: readonly Policy[],
): Promise<void> {
  for (const [at, policy] of policies.entries()) {
    if (typeof policy === 'object') {
      const row = { entity_id: id, name: `inline-${at}`, document: JSON.stringify(policy) };
      await tx.insertInto('iam_inline_policies').values(row).execute();
      continue;
    }
    const name = policy.slice(policy.lastIndexOf('/') + 1);
    const own = await tx
      .selectFrom('iam_policies')
      .select('policy_id')
      .where('account', '=', account)
      .where('name', '=', name)
      .executeTakeFirst();
    const row = { entity_id: id, account, policy_arn: policy, policy_id: own?.policy_id ?? null };
    await tx.insertInto('iam_attachments').values(row).execute();
  }
}

async function addTags(tx: Writing, id: string, tags: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, value] of Object.entries(tags)) {
    await tx.insertInto('iam_tags').values({ entity_id: id, key_key: key.toLowerCase(), key, value }).execute();
  }
}
