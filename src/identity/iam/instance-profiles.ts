import { changeIdentity } from '../../storage/metadata/accounts.ts';
import type { InstanceProfileRow } from '../../storage/metadata/identity-tables.ts';
import {
  addInstanceProfile,
  countInstanceProfiles,
  findInstanceProfile,
  instanceProfilesAfter,
  instanceProfilesOfRole,
  removeInstanceProfile,
  setProfileRole,
} from '../../storage/metadata/instance-profiles.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { findRoleById } from '../../storage/metadata/roles.ts';
import { newUniqueId } from '../new-ids.ts';
import { describeUntagged, type Role } from './describe-role.ts';
import { getEntity, getEntityToChange } from './entities.ts';
import { cutRows, type Iam, iamArn, type NamedPage } from './iam.ts';
import {
  DeleteConflict,
  EntityNotFound,
  InstanceProfileAlreadyExists,
  InstanceProfileNotFound,
  QuotaExceeded,
} from './refusals.ts';
import { addTags, type IamTag, removeTags, tagsOf } from './tags.ts';

const PROFILES_AT_MOST = 1_000;

/** What hands a role to a machine of EC2. Here it is kept for those who create and read it. */
export interface InstanceProfile {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly createdAt: Date;
  /** Without its tags. */
  readonly role: Role | undefined;
  readonly tags: readonly IamTag[];
}

/** @throws InstanceProfileAlreadyExists, QuotaExceeded, InvalidInput (tags), LimitExceeded */
export async function createInstanceProfile(
  iam: Iam,
  account: string,
  {
    name,
    path = '/',
    tags = [],
  }: { readonly name: string; readonly path?: string | undefined; readonly tags?: readonly IamTag[] | undefined },
): Promise<InstanceProfile> {
  const row: InstanceProfileRow = {
    profile_id: newUniqueId(iam.ids, 'AIPA'),
    account,
    name,
    name_key: name.toLowerCase(),
    path,
    created_at: iam.clock.now().getTime(),
    role_id: null,
  };
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const count = await countInstanceProfiles(tx, account);
    if (!(await addInstanceProfile(tx, row))) throw InstanceProfileAlreadyExists({ name });
    if (count >= PROFILES_AT_MOST) {
      throw QuotaExceeded({ quota: 'InstanceProfilesPerAccount', limit: PROFILES_AT_MOST });
    }
    await addTags(tx, row.profile_id, tags);
    return describe(iam, tx, row);
  });
}

/** @throws InstanceProfileNotFound */
export function getInstanceProfile(iam: Iam, account: string, name: string): Promise<InstanceProfile> {
  return iam.metadata.read(async (tx) => describe(iam, tx, await profileRow(tx, account, name)));
}

/** A page of the account's profiles by name; `next` when there are more. */
export async function listInstanceProfiles(
  iam: Iam,
  account: string,
  page: NamedPage,
): Promise<{ profiles: readonly InstanceProfile[]; next: string | undefined }> {
  return iam.metadata.read(async (tx) => {
    const found = await instanceProfilesAfter(tx, account, { ...page, limit: page.limit + 1 });
    const { rows, last } = cutRows(found, page.limit);
    return { profiles: await describeAll(iam, tx, rows), next: last?.name_key };
  });
}

/** The profiles that hand this role over, by name. @throws EntityNotFound */
export function profilesOfRole(iam: Iam, account: string, roleName: string): Promise<InstanceProfile[]> {
  return iam.metadata.read(async (tx) => {
    const { id } = await getEntity(tx, { kind: 'role', account, name: roleName });
    return describeProfilesOf(iam, tx, id);
  });
}

/** The same by the role's id, for a report about many. */
export async function describeProfilesOf(iam: Iam, tx: Reading, roleId: string): Promise<InstanceProfile[]> {
  return describeAll(iam, tx, await instanceProfilesOfRole(tx, roleId));
}

/** @throws InstanceProfileNotFound, EntityNotFound, RoleUnmodifiable, QuotaExceeded (it has a role) */
export async function addRoleToProfile(iam: Iam, account: string, name: string, roleName: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const profile = await profileRow(tx, account, name);
    const role = await getEntityToChange(tx, { kind: 'role', account, name: roleName });
    if (profile.role_id !== null) throw QuotaExceeded({ quota: 'InstanceSessionsPerInstanceProfile', limit: 1 });
    await setProfileRole(tx, profile.profile_id, role.id);
  });
}

/** @throws InstanceProfileNotFound, EntityNotFound (also when the profile has another role), RoleUnmodifiable */
export async function removeRoleFromProfile(iam: Iam, account: string, name: string, roleName: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const profile = await profileRow(tx, account, name);
    const role = await getEntityToChange(tx, { kind: 'role', account, name: roleName });
    if (profile.role_id !== role.id) throw EntityNotFound({ kind: 'role', name: roleName });
    await setProfileRole(tx, profile.profile_id, null);
  });
}

/** @throws InstanceProfileNotFound, DeleteConflict while it has a role */
export async function deleteInstanceProfile(iam: Iam, account: string, name: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const profile = await profileRow(tx, account, name);
    if (profile.role_id !== null) {
      throw DeleteConflict({ reason: 'Cannot delete entity, must remove roles from instance profile first.' });
    }
    await removeTags(tx, profile.profile_id);
    await removeInstanceProfile(tx, profile.profile_id);
  });
}

async function profileRow(tx: Reading, account: string, name: string): Promise<InstanceProfileRow> {
  const row = await findInstanceProfile(tx, account, name);
  if (!row) throw InstanceProfileNotFound({ name });
  return row;
}

async function describeAll(iam: Iam, tx: Reading, rows: readonly InstanceProfileRow[]): Promise<InstanceProfile[]> {
  const all = [];
  for (const row of rows) all.push(await describe(iam, tx, row));
  return all;
}

async function describe(iam: Iam, tx: Reading, row: InstanceProfileRow): Promise<InstanceProfile> {
  const role = row.role_id === null ? undefined : await findRoleById(tx, row.role_id);
  return {
    id: row.profile_id,
    arn: iamArn(iam, 'instance-profile', row),
    name: row.name,
    path: row.path,
    createdAt: new Date(row.created_at),
    role: role && (await describeUntagged(iam, tx, role)),
    tags: await tagsOf(tx, row.profile_id),
  };
}
