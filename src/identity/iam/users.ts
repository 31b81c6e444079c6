import { accessKeysOf, changeIdentity } from '../../storage/metadata/accounts.ts';
import { attachedPolicies } from '../../storage/metadata/attachments.ts';
import { groupsOf } from '../../storage/metadata/groups.ts';
import type { UserRow } from '../../storage/metadata/identity-tables.ts';
import { inlinePolicies } from '../../storage/metadata/inline-policies.ts';
import { findLoginProfile } from '../../storage/metadata/login-profiles.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { addUser, countUsers, findUser, moveUser, removeUser, usersAfter } from '../../storage/metadata/users.ts';
import { newUniqueId } from '../new-ids.ts';
import { checkBoundary } from './boundaries.ts';
import { cutRows, type Iam, iamArn, type NamedPage } from './iam.ts';
import { DeleteConflict, EntityAlreadyExists, EntityNotFound, QuotaExceeded } from './refusals.ts';
import { addTags, type IamTag, removeTags, tagsOf } from './tags.ts';

export const USERS_AT_MOST = 5_000;

/** A user as answers describe him. */
export interface User {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly createdAt: Date;
  readonly passwordLastUsed: Date | undefined;
  readonly boundaryArn: string | undefined;
}

export interface TaggedUser extends User {
  readonly tags: readonly IamTag[];
}

export interface NewUser {
  readonly name: string;
  readonly path?: string | undefined;
  readonly boundaryArn?: string | undefined;
  readonly tags?: readonly IamTag[] | undefined;
}

/** @throws EntityAlreadyExists, PolicyNotThereToAttach (the boundary), InvalidInput, LimitExceeded (tags), QuotaExceeded */
export async function createUser(
  iam: Iam,
  account: string,
  { name, path = '/', ...given }: NewUser,
): Promise<TaggedUser> {
  const { boundaryArn = null, tags = [] } = given;
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    if (await findUser(tx, account, name)) throw EntityAlreadyExists({ kind: 'User', name });
    if (boundaryArn !== null) await checkBoundary(iam, tx, account, boundaryArn);
    if ((await countUsers(tx, account)) >= USERS_AT_MOST) {
      throw QuotaExceeded({ quota: 'UsersPerAccount', limit: USERS_AT_MOST });
    }
    const row: UserRow = {
      user_id: newUniqueId(iam.ids, 'AIDA'),
      account,
      name,
      name_key: name.toLowerCase(),
      path,
      created_at: iam.clock.now().getTime(),
      boundary_arn: boundaryArn,
      token_epoch: 1,
      password_last_used: null,
    };
    await addUser(tx, row);
    await addTags(tx, row.user_id, tags);
    return { ...describeUser(iam, row), tags: await tagsOf(tx, row.user_id) };
  });
}

/** The user and his tags. @throws EntityNotFound */
export async function getUser(
  iam: Pick<Iam, 'metadata' | 'rules'>,
  account: string,
  name: string,
): Promise<TaggedUser> {
  return iam.metadata.read(async (tx) => {
    const row = await userRow(tx, account, name);
    return { ...describeUser(iam, row), tags: await tagsOf(tx, row.user_id) };
  });
}

/** A page by name; `next` is where the page behind it begins. */
export async function listUsers(
  iam: Pick<Iam, 'metadata' | 'rules'>,
  account: string,
  page: NamedPage,
): Promise<{ users: readonly User[]; next: string | undefined }> {
  const rows = await iam.metadata.read((tx) => usersAfter(tx, account, { ...page, limit: page.limit + 1 }));
  const { rows: shown, last } = cutRows(rows, page.limit);
  return { users: shown.map((row) => describeUser(iam, row)), next: last?.name_key };
}

/** Moves the user to another name or path. He stays who he is: keys, policies and what names him by his id go on. */
export async function updateUser(
  iam: Iam,
  account: string,
  name: string,
  { name: newName, path: newPath }: { readonly name?: string | undefined; readonly path?: string | undefined },
): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const row = await userRow(tx, account, name);
    const namesake = newName === undefined ? undefined : await findUser(tx, account, newName);
    if (namesake && namesake.user_id !== row.user_id) {
      throw EntityAlreadyExists({ kind: 'User', name: namesake.name });
    }
    await moveUser(tx, row.user_id, { name: newName ?? row.name, path: newPath ?? row.path });
  });
}

/** @throws EntityNotFound; DeleteConflict while something hangs on him */
export async function deleteUser(iam: Iam, account: string, name: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { user_id: id } = await userRow(tx, account, name);
    if ((await groupsOf(tx, id)).length > 0) throw conflict('must remove users from group first');
    if ((await accessKeysOf(tx, id)).length > 0) throw conflict('must delete access keys first');
    if (await findLoginProfile(tx, id)) throw conflict('must delete login profile first');
    if ((await attachedPolicies(tx, id)).length > 0) throw conflict('must detach all policies first');
    if ((await inlinePolicies(tx, id)).length > 0) throw conflict('must delete policies first');
    await removeTags(tx, id);
    await removeUser(tx, id);
  });
}

function conflict(what: string) {
  return DeleteConflict({ reason: `Cannot delete entity, ${what}.` });
}

/** @throws EntityNotFound */
export async function userRow(tx: Reading, account: string, name: string): Promise<UserRow> {
  const row = await findUser(tx, account, name);
  if (!row) throw EntityNotFound({ kind: 'user', name });
  return row;
}

export function describeUser(iam: Pick<Iam, 'rules'>, row: UserRow): User {
  return {
    id: row.user_id,
    arn: iamArn(iam, 'user', row),
    name: row.name,
    path: row.path,
    createdAt: new Date(row.created_at),
    passwordLastUsed: row.password_last_used === null ? undefined : new Date(row.password_last_used),
    boundaryArn: row.boundary_arn ?? undefined,
  };
}
