import { changeIdentity } from '../../storage/metadata/accounts.ts';
import { attachedPolicies } from '../../storage/metadata/attachments.ts';
import {
  addGroup,
  addMember,
  countGroups,
  findGroup,
  groupsAfter,
  groupsOf,
  membersAfter,
  moveGroup,
  removeGroup,
  removeMember,
} from '../../storage/metadata/groups.ts';
import type { GroupRow } from '../../storage/metadata/identity-tables.ts';
import { inlinePolicies } from '../../storage/metadata/inline-policies.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { newUniqueId } from '../new-ids.ts';
import { cutRows, type Iam, iamArn, type NamedPage } from './iam.ts';
import { DeleteConflict, EntityAlreadyExists, EntityNotFound, NotThere, QuotaExceeded } from './refusals.ts';
import { describeUser, type User, userRow } from './users.ts';

export const GROUPS_AT_MOST = 300;
export const GROUPS_PER_USER = 10;

/** A group as answers describe it. */
export interface Group {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly createdAt: Date;
}

interface Place {
  readonly name: string;
  readonly path?: string | undefined;
}

/** @throws EntityAlreadyExists, QuotaExceeded */
export async function createGroup(iam: Iam, account: string, { name, path = '/' }: Place): Promise<Group> {
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    if (await findGroup(tx, account, name)) throw EntityAlreadyExists({ kind: 'Group', name });
    if ((await countGroups(tx, account)) >= GROUPS_AT_MOST) {
      throw QuotaExceeded({ quota: 'GroupsPerAccount', limit: GROUPS_AT_MOST });
    }
    const row: GroupRow = {
      group_id: newUniqueId(iam.ids, 'AGPA'),
      account,
      name,
      name_key: name.toLowerCase(),
      path,
      created_at: iam.clock.now().getTime(),
    };
    await addGroup(tx, row);
    return describeGroup(iam, row);
  });
}

/** The group and a page of its members by name. @throws EntityNotFound */
export async function getGroup(
  iam: Iam,
  account: string,
  name: string,
  page: NamedPage,
): Promise<{ group: Group; users: readonly User[]; next: string | undefined }> {
  return iam.metadata.read(async (tx) => {
    const row = await groupRow(tx, account, name);
    const { rows, last } = cutRows(
      await membersAfter(tx, row.group_id, { ...page, limit: page.limit + 1 }),
      page.limit,
    );
    const users = rows.map((it) => describeUser(iam, it));
    return { group: describeGroup(iam, row), users, next: last?.name_key };
  });
}

/** A page by name; `next` is where the page behind it begins. */
export async function listGroups(
  iam: Iam,
  account: string,
  page: NamedPage,
): Promise<{ groups: readonly Group[]; next: string | undefined }> {
  const rows = await iam.metadata.read((tx) => groupsAfter(tx, account, { ...page, limit: page.limit + 1 }));
  const { rows: shown, last } = cutRows(rows, page.limit);
  return { groups: shown.map((row) => describeGroup(iam, row)), next: last?.name_key };
}

/** The groups that a user is in, by name. @throws EntityNotFound */
export async function groupsOfUser(iam: Iam, account: string, userName: string): Promise<Group[]> {
  return iam.metadata.read(async (tx) => {
    const { user_id: id } = await userRow(tx, account, userName);
    return (await groupsOf(tx, id)).map((row) => describeGroup(iam, row));
  });
}

/** @throws EntityNotFound, EntityAlreadyExists */
export async function updateGroup(
  iam: Iam,
  account: string,
  name: string,
  changed: { readonly name?: string | undefined; readonly path?: string | undefined },
): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const row = await groupRow(tx, account, name);
    const namesake = changed.name === undefined ? undefined : await findGroup(tx, account, changed.name);
    if (namesake && namesake.group_id !== row.group_id) {
      throw EntityAlreadyExists({ kind: 'Group', name: namesake.name });
    }
    await moveGroup(tx, row.group_id, { name: changed.name ?? row.name, path: changed.path ?? row.path });
  });
}

/** @throws EntityNotFound; DeleteConflict while it has members or policies */
export async function deleteGroup(iam: Iam, account: string, name: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { group_id: id } = await groupRow(tx, account, name);
    if ((await membersAfter(tx, id, { limit: 1 })).length > 0) throw conflict('must remove users from group first');
    if ((await attachedPolicies(tx, id)).length > 0) throw conflict('must detach all policies first');
    if ((await inlinePolicies(tx, id)).length > 0) throw conflict('must delete policies first');
    await removeGroup(tx, id);
  });
}

interface Membership {
  readonly groupName: string;
  readonly userName: string;
}

/** Who is in the group already stays in it. @throws EntityNotFound, QuotaExceeded */
export async function addUserToGroup(iam: Iam, account: string, { groupName, userName }: Membership): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { group_id: groupId } = await groupRow(tx, account, groupName);
    const { user_id: userId } = await userRow(tx, account, userName);
    const groups = await groupsOf(tx, userId);
    if (groups.some((it) => it.group_id === groupId)) return;
    if (groups.length >= GROUPS_PER_USER) throw QuotaExceeded({ quota: 'GroupsPerUser', limit: GROUPS_PER_USER });
    await addMember(tx, groupId, userId);
  });
}

/** @throws EntityNotFound; NotThere when he is not in it */
export async function removeUserFromGroup(
  iam: Iam,
  account: string,
  { groupName, userName }: Membership,
): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { group_id: groupId } = await groupRow(tx, account, groupName);
    const { user_id: userId } = await userRow(tx, account, userName);
    if (!(await removeMember(tx, groupId, userId))) {
      throw NotThere({ what: `The user with name ${userName} in the group ${groupName}` });
    }
  });
}

function conflict(what: string) {
  return DeleteConflict({ reason: `Cannot delete entity, ${what}.` });
}

async function groupRow(tx: Reading, account: string, name: string): Promise<GroupRow> {
  const row = await findGroup(tx, account, name);
  if (!row) throw EntityNotFound({ kind: 'group', name });
  return row;
}

function describeGroup(iam: Pick<Iam, 'rules'>, row: GroupRow): Group {
  return {
    id: row.group_id,
    arn: iamArn(iam, 'group', row),
    name: row.name,
    path: row.path,
    createdAt: new Date(row.created_at),
  };
}
