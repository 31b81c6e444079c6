import { type EntityKind, type EntityRow, findEntity } from '../../storage/metadata/attachments.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { EntityNotFound, RoleUnmodifiable } from './refusals.ts';

/** A user, group or role that policies are put on, and which account asks for it. */
export interface EntityName {
  readonly kind: EntityKind;
  readonly account: string;
  readonly name: string;
}

/** The user, group or role. @throws EntityNotFound */
export async function getEntity(tx: Reading, { kind, account, name }: EntityName): Promise<EntityRow> {
  const row = await findEntity(tx, kind, account, name);
  if (!row) throw EntityNotFound({ kind, name });
  return row;
}

/** The same of one whose policies may be changed. @throws EntityNotFound, RoleUnmodifiable */
export async function getEntityToChange(tx: Reading, entity: EntityName): Promise<EntityRow> {
  const row = await getEntity(tx, entity);
  if (row.service !== null) throw RoleUnmodifiable({ roleName: row.name });
  return row;
}
