import { changeIdentity, findAccessKeyRow } from '../../storage/metadata/accounts.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import {
  addUserKey,
  removeUserKey,
  type SeenKey,
  setUserKeyStatus,
  userKeys,
} from '../../storage/metadata/user-keys.ts';
import { findUserById } from '../../storage/metadata/users.ts';
import type { World } from '../../world.ts';
import { accessKeyRow } from '../access-keys.ts';
import { newAccessKey } from '../new-ids.ts';
import type { Iam } from './iam.ts';
import { NotThere, QuotaExceeded } from './refusals.ts';
import { userRow } from './users.ts';

export const KEYS_PER_USER = 2;

/** A user's key; its secret is shown when it is made and never again. */
export interface AccessKey {
  readonly userName: string | undefined;
  readonly accessKeyId: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAt: Date;
}

/** @throws EntityNotFound, QuotaExceeded */
export async function createAccessKey(
  iam: Iam & Pick<World, 'secrets'>,
  account: string,
  name: string,
): Promise<AccessKey & { readonly userName: string; readonly secretAccessKey: string }> {
  const key = newAccessKey(iam.ids, account);
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { user_id: ownerId, name: userName } = await userRow(tx, account, name);
    if ((await userKeys(tx, ownerId)).length >= KEYS_PER_USER) {
      throw QuotaExceeded({ quota: 'AccessKeysPerUser', limit: KEYS_PER_USER });
    }
    const row = accessKeyRow(iam, key, { account, ownerId, tokenEpoch: 1 });
    await addUserKey(tx, row);
    return { userName, ...key, status: row.status, createdAt: new Date(row.created_at) };
  });
}

/** The keys of a user; without a name those of the account's root. The oldest first. @throws EntityNotFound */
export async function listAccessKeys(iam: Iam, account: string, name: string | undefined): Promise<AccessKey[]> {
  return iam.metadata.read(async (tx) => {
    const user = name === undefined ? undefined : await userRow(tx, account, name);
    return (await userKeys(tx, user?.user_id ?? account)).map((row) => describeKey(row, user?.name));
  });
}

interface KeyOfUser {
  readonly userName: string;
  readonly accessKeyId: string;
}

/** It signs nothing from the next request on, or does so again. @throws EntityNotFound, NotThere */
export async function setAccessKeyStatus(
  iam: Iam,
  account: string,
  { userName, accessKeyId, status }: KeyOfUser & Pick<AccessKey, 'status'>,
): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { user_id: ownerId } = await userRow(tx, account, userName);
    if (!(await setUserKeyStatus(tx, { ownerId, accessKeyId, status }))) throw keyNotThere(accessKeyId);
  });
}

/** @throws EntityNotFound, NotThere */
export async function deleteAccessKey(iam: Iam, account: string, { userName, accessKeyId }: KeyOfUser): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { user_id: ownerId } = await userRow(tx, account, userName);
    if (!(await removeUserKey(tx, ownerId, accessKeyId))) throw keyNotThere(accessKeyId);
  });
}

/** Who has a key, and when it was last used. */
export interface KeyUse {
  /** Undefined of the account's root. */
  readonly userName: string | undefined;
  readonly lastUsed: { readonly at: Date; readonly service: string; readonly region: string } | undefined;
}

/** The use of a key of the account; undefined when the account has no such key. */
export async function findKeyUse(
  iam: Pick<Iam, 'metadata'>,
  account: string,
  accessKeyId: string,
): Promise<KeyUse | undefined> {
  return iam.metadata.read(async (tx) => {
    const row = await findAccessKeyRow(tx, accessKeyId);
    if (row?.account !== account) return undefined;
    return { userName: await ownerName(tx, row.owner_id), lastUsed: lastUseOf(row) };
  });
}

/** The same. @throws NotThere */
export async function getKeyUse(iam: Pick<Iam, 'metadata'>, account: string, accessKeyId: string): Promise<KeyUse> {
  const found = await findKeyUse(iam, account, accessKeyId);
  if (!found) throw keyNotThere(accessKeyId);
  return found;
}

export function lastUseOf({
  last_used_at: at,
  last_used_service: service,
  last_used_region: region,
}: Pick<SeenKey, 'last_used_at' | 'last_used_service' | 'last_used_region'>): KeyUse['lastUsed'] {
  return at === null || service === null || region === null ? undefined : { at: new Date(at), service, region };
}

async function ownerName(tx: Reading, ownerId: string): Promise<string | undefined> {
  return (await findUserById(tx, ownerId))?.name;
}

function describeKey(row: SeenKey, userName: string | undefined): AccessKey {
  const { access_key_id: accessKeyId, status, created_at: createdAt } = row;
  return { userName, accessKeyId, status, createdAt: new Date(createdAt) };
}

function keyNotThere(accessKeyId: string) {
  return NotThere({ what: `The Access Key with id ${accessKeyId}` });
}
