import { changeIdentity } from '../../storage/metadata/accounts.ts';
import { attachedPolicies } from '../../storage/metadata/attachments.ts';
import type { RoleRow } from '../../storage/metadata/identity-tables.ts';
import { inlinePolicies } from '../../storage/metadata/inline-policies.ts';
import { instanceProfilesOfRole } from '../../storage/metadata/instance-profiles.ts';
import type { Reading, Writing } from '../../storage/metadata/port.ts';
import { addRole, changeRole, countRoles, findRole, removeRole, rolesAfter } from '../../storage/metadata/roles.ts';
import { newUniqueId } from '../new-ids.ts';
import { checkBoundary } from './boundaries.ts';
import { describeRole, describeUntagged, type Role } from './describe-role.ts';
import { cutRows, type Iam, type NamedPage } from './iam.ts';
import {
  DeleteConflict,
  EntityAlreadyExists,
  EntityNotFound,
  InvalidInput,
  QuotaExceeded,
  RoleUnmodifiable,
} from './refusals.ts';
import { addTags, type IamTag, removeTags } from './tags.ts';
import { parseTrustPolicy, trustColumns } from './trust-policy.ts';

const ROLES_AT_MOST = 1_000;
const USUAL_SESSION = 3_600;

export interface NewRole {
  readonly name: string;
  readonly path?: string | undefined;
  readonly trustPolicy: string;
  readonly description?: string | undefined;
  /** Seconds; an hour when not said. */
  readonly maxSessionDuration?: number | undefined;
  readonly boundaryArn?: string | undefined;
  readonly tags?: readonly IamTag[] | undefined;
}

/**
 * @throws PolicyMalformed, EntityAlreadyExists, PolicyNotThereToAttach (the boundary), InvalidInput (tags, a path that is
 * AWS's own), LimitExceeded, QuotaExceeded
 */
export async function createRole(iam: Iam, account: string, role: NewRole): Promise<Role> {
  const { name, path = '/', boundaryArn, tags = [] } = role;
  const trust = parseTrustPolicy(role.trustPolicy);
  if (path.startsWith('/aws-service-role/')) {
    throw InvalidInput({ what: `The path ${path} is reserved for service-linked roles.` });
  }
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    if (await findRole(tx, account, name)) throw EntityAlreadyExists({ kind: 'Role', name });
    if (boundaryArn !== undefined) await checkBoundary(iam, tx, account, boundaryArn);
    const row: RoleRow = {
      ...emptyRole(iam, account, { name, path }),
      ...(await trustColumns(iam, tx, trust)),
      description: role.description ?? null,
      max_session_duration: role.maxSessionDuration ?? USUAL_SESSION,
      boundary_arn: boundaryArn ?? null,
    };
    await insertRole(tx, row);
    await addTags(tx, row.role_id, tags);
    return describeRole(iam, tx, row);
  });
}

/** A role that trusts nobody and has nothing, under a new id. */
export function emptyRole(
  { ids, clock }: Pick<Iam, 'ids' | 'clock'>,
  account: string,
  { name, path }: { readonly name: string; readonly path: string },
): RoleRow {
  return {
    role_id: newUniqueId(ids, 'AROA'),
    account,
    name,
    name_key: name.toLowerCase(),
    path,
    created_at: clock.now().getTime(),
    trust_policy: '',
    trust_principals: '{}',
    description: null,
    max_session_duration: USUAL_SESSION,
    boundary_arn: null,
    token_epoch: 1,
    service: null,
    last_used_at: null,
    last_used_region: null,
  };
}

/** Adds a role whose account the caller has locked. @throws EntityAlreadyExists, QuotaExceeded */
export async function insertRole(tx: Writing, row: RoleRow): Promise<void> {
  const { account, name } = row;
  if ((await countRoles(tx, account)) >= ROLES_AT_MOST) {
    throw QuotaExceeded({ quota: 'RolesPerAccount', limit: ROLES_AT_MOST });
  }
  if (!(await addRole(tx, row))) throw EntityAlreadyExists({ kind: 'Role', name });
}

/** @throws EntityNotFound */
export function getRole(iam: Iam, account: string, name: string): Promise<Role> {
  return iam.metadata.read(async (tx) => describeRole(iam, tx, await roleRow(tx, account, name)));
}

/** A page of the account's roles by name, without tags; `next` when there are more. */
export async function listRoles(
  iam: Iam,
  account: string,
  page: NamedPage,
): Promise<{ roles: readonly Role[]; next: string | undefined }> {
  return iam.metadata.read(async (tx) => {
    const { rows, last } = cutRows(await rolesAfter(tx, account, { ...page, limit: page.limit + 1 }), page.limit);
    const roles = [];
    for (const row of rows) roles.push(await describeUntagged(iam, tx, row));
    return { roles, next: last?.name_key };
  });
}

/**
 * Changes what is given. Of a service-linked role only the description may be.
 *
 * @throws EntityNotFound, RoleUnmodifiable
 */
export async function updateRole(
  iam: Iam,
  account: string,
  name: string,
  changes: { readonly description?: string | undefined; readonly maxSessionDuration?: number | undefined },
): Promise<Role> {
  const { description, maxSessionDuration } = changes;
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const row = await roleRow(tx, account, name);
    if (row.service !== null && maxSessionDuration !== undefined) throw RoleUnmodifiable({ roleName: row.name });
    const columns = {
      description: description ?? row.description,
      max_session_duration: maxSessionDuration ?? row.max_session_duration,
    };
    await changeRole(tx, row.role_id, columns);
    return describeRole(iam, tx, { ...row, ...columns });
  });
}

/** @throws PolicyMalformed, QuotaExceeded, EntityNotFound, RoleUnmodifiable */
export async function updateTrustPolicy(iam: Iam, account: string, name: string, document: string): Promise<void> {
  const trust = parseTrustPolicy(document);
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const row = await roleRowToChange(tx, account, name);
    await changeRole(tx, row.role_id, await trustColumns(iam, tx, trust));
  });
}

/** Removes a role that has nothing any more; its sessions end. @throws EntityNotFound, RoleUnmodifiable, DeleteConflict */
export async function deleteRole(iam: Iam, account: string, name: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { role_id: id } = await roleRowToChange(tx, account, name);
    if ((await attachedPolicies(tx, id)).length > 0) {
      throw DeleteConflict({ reason: 'Cannot delete entity, must detach all policies first.' });
    }
    if ((await inlinePolicies(tx, id)).length > 0) {
      throw DeleteConflict({ reason: 'Cannot delete entity, must delete policies first.' });
    }
    if ((await instanceProfilesOfRole(tx, id)).length > 0) {
      throw DeleteConflict({ reason: 'Cannot delete entity, must remove roles from instance profile first.' });
    }
    await removeTags(tx, id);
    await removeRole(tx, id);
  });
}

async function roleRow(tx: Reading, account: string, name: string): Promise<RoleRow> {
  const row = await findRole(tx, account, name);
  if (!row) throw EntityNotFound({ kind: 'role', name });
  return row;
}

async function roleRowToChange(tx: Reading, account: string, name: string): Promise<RoleRow> {
  const row = await roleRow(tx, account, name);
  if (row.service !== null) throw RoleUnmodifiable({ roleName: row.name });
  return row;
}
