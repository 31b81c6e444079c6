import { sql } from 'kysely';
import { fixedQuery } from './fixed-query.ts';
import type { Reading } from './port.ts';

/** The owner of an access key or session, and what ends what he signs with. Root is named by its account alone. */
export interface OwnerRow {
  account: string;
  owner_id: string;
  owner_name: string | null;
  owner_path: string | null;
  owner_epoch: number | null;
  closed_at: number | null;
  identity_version: number;
  /** Of a long-term key. */
  status: 'Active' | 'Inactive' | null;
  key_epoch: number | null;
}

export interface KeyOwnerRow extends OwnerRow {
  sealed_secret: Uint8Array;
}

const ownersOfKey = fixedQuery<KeyOwnerRow, [accessKeyId: string]>(
  (accessKeyId) => sql`
    select k.account, k.owner_id, k.status, k.token_epoch as key_epoch, k.sealed_secret,
      u.name as owner_name, u.path as owner_path, u.token_epoch as owner_epoch,
      a.closed_at, a.identity_version
    from access_keys k
    join accounts a on a.account = k.account
    left join iam_users u on u.user_id = k.owner_id
    where k.access_key_id = ${accessKeyId}`,
);

export async function findKeyOwner(tx: Reading, accessKeyId: string): Promise<KeyOwnerRow | undefined> {
  return (await ownersOfKey(tx, accessKeyId))[0];
}

const ownersWhoAreUsers = fixedQuery<OwnerRow, [userId: string]>(
  (userId) => sql`
    select u.account, u.user_id as owner_id, null as status, null as key_epoch,
      u.name as owner_name, u.path as owner_path, u.token_epoch as owner_epoch,
      a.closed_at, a.identity_version
    from iam_users u
    join accounts a on a.account = u.account
    where u.user_id = ${userId}`,
);

export async function findUserOwner(tx: Reading, userId: string): Promise<OwnerRow | undefined> {
  return (await ownersWhoAreUsers(tx, userId))[0];
}

const ownersWhoAreRoles = fixedQuery<OwnerRow, [roleId: string]>(
  (roleId) => sql`
    select r.account, r.role_id as owner_id, null as status, null as key_epoch,
      r.name as owner_name, r.path as owner_path, r.token_epoch as owner_epoch,
      a.closed_at, a.identity_version
    from iam_roles r
    join accounts a on a.account = r.account
    where r.role_id = ${roleId}`,
);

export async function findRoleOwner(tx: Reading, roleId: string): Promise<OwnerRow | undefined> {
  return (await ownersWhoAreRoles(tx, roleId))[0];
}
