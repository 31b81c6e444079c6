import {
  accessKeysOf,
  addNamedAccount,
  allAccounts,
  changeIdentity,
  findAccount,
  putAccessKey,
  removeAccessKeys,
  setAccountClosed,
} from '../storage/metadata/accounts.ts';
import type { Reading } from '../storage/metadata/port.ts';
import type { AccountRow } from '../storage/metadata/tables.ts';
import type { World } from '../world.ts';
import { accessKeyRow, type NewKey } from './access-keys.ts';
import { newAccessKey, newAccountId } from './new-ids.ts';

/** An account as whoever runs the installation sees it. */
export interface Account {
  readonly accountId: string;
  /** As it was called when it was made; undefined of the first one. */
  readonly name: string | undefined;
  readonly alias: string | undefined;
  readonly status: 'ACTIVE' | 'CLOSED';
  readonly createdAt: Date;
}

export interface RootKey extends NewKey {
  readonly accountId: string;
}

type Accounts = Pick<World, 'metadata' | 'secrets' | 'clock' | 'ids'>;

/** The account is not there, or not in the state that is needed; the message says what to do. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
}

/** Letters of ASCII that can be seen, and spaces between them: API_account_CreateAccount. */
const NAME = /^(?! )[\x20-\x7e]{1,50}(?<! )$/;

/**
 * Makes an account with a new random number and a root key, whose secret is shown this one time.
 *
 * @throws AccountError when the name cannot be one
 */
export async function createAccount(world: Accounts, name: string): Promise<RootKey> {
  if (!NAME.test(name)) {
    throw new AccountError('The name of an account has 1 to 50 characters of ASCII, none of them a control character.');
  }
  for (;;) {
    const account = newAccountId(world.ids);
    const key = newAccessKey(world.ids, account);
    const row = accessKeyRow(world, key, { account, ownerId: account, tokenEpoch: 1 });
    const isMade = await world.metadata.write(async (tx) => {
      if (!(await addNamedAccount(tx, { account, name, now: world.clock.now() }))) return false;
      await putAccessKey(tx, row);
      return true;
    });
    // Of numbers there are many, but two may draw the same.
    if (isMade) return { accountId: account, ...key };
  }
}

/** All accounts, the oldest first. */
export async function listAccounts({ metadata }: Pick<World, 'metadata'>): Promise<Account[]> {
  const rows = await metadata.read((tx) => allAccounts(tx));
  return rows.map((row) => ({
    accountId: row.account,
    name: row.name ?? undefined,
    alias: row.alias ?? undefined,
    status: row.closed_at === null ? 'ACTIVE' : 'CLOSED',
    createdAt: new Date(row.created_at),
  }));
}

/**
 * Closes the account: from now on nothing that its users, roles or root sign or log in with counts. What it has stays, and
 * `reopenAccount` lets it have it again.
 *
 * @throws AccountError
 */
export async function closeAccount(world: Pick<World, 'metadata' | 'clock'>, account: string): Promise<void> {
  const now = world.clock.now();
  await world.metadata.write(async (tx) => {
    if ((await known(tx, account)).closed_at !== null) throw new AccountError(`Account ${account} is closed already.`);
    await setAccountClosed(tx, account, now);
  });
}

/** @throws AccountError */
export async function reopenAccount({ metadata }: Pick<World, 'metadata'>, account: string): Promise<void> {
  await metadata.write(async (tx) => {
    if ((await known(tx, account)).closed_at === null) throw new AccountError(`Account ${account} is not closed.`);
    await setAccountClosed(tx, account, undefined);
  });
}

export interface ReplacedRootKey extends RootKey {
  /** Ids of the keys that ended. */
  readonly replaced: readonly string[];
}

/**
 * Gives the account's root another key. Those that it had end at once, with the sessions and login tokens that were made
 * with them. `orNone`: also where the root has no key that works, which is how one gets into an account again.
 *
 * @throws AccountError
 */
export async function replaceRootKey(
  world: Accounts,
  account: string,
  { orNone }: { readonly orNone: boolean },
): Promise<ReplacedRootKey> {
  await world.metadata.read((tx) => known(tx, account));
  const key = newAccessKey(world.ids, account);
  const row = accessKeyRow(world, key, { account, ownerId: account, tokenEpoch: 1 });
  const replaced = await world.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { closed_at: closedAt } = await known(tx, account);
    if (closedAt !== null) throw new AccountError(`Account ${account} is closed. Reopen it first.`);
    const had = await accessKeysOf(tx, account);
    if (!orNone && !had.some((it) => it.status === 'Active')) {
      throw new AccountError(`The root of account ${account} has no key that works. Give it one with reset-root.`);
    }
    await removeAccessKeys(tx, account, key.accessKeyId);
    await putAccessKey(tx, row);
    return had.map((it) => it.access_key_id);
  });
  return { accountId: account, ...key, replaced };
}

async function known(tx: Reading, account: string): Promise<AccountRow> {
  const row = await findAccount(tx, account);
  if (!row) throw new AccountError(`There is no account ${account}. See which there are with: berth account list`);
  return row;
}
