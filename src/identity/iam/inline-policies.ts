import { parsePolicy } from '../../policy/parse.ts';
import { changeIdentity } from '../../storage/metadata/accounts.ts';
import { inlinePolicies, putInlinePolicyRow, removeInlinePolicyRow } from '../../storage/metadata/inline-policies.ts';
import { type EntityName, getEntity, getEntityToChange } from './entities.ts';
import type { Iam } from './iam.ts';
import { checkInlinePolicySize } from './policy-size.ts';
import { InlinePolicyNotFound } from './refusals.ts';

/** A policy that is part of a user, group or role, as it was given. */
export interface InlinePolicy {
  readonly name: string;
  readonly document: string;
}

/**
 * Puts a policy of this name into a user, group or role, in place of the one that it has.
 *
 * @throws PolicyMalformed, EntityNotFound, RoleUnmodifiable, LimitExceeded when all of them together are too long
 */
export async function putInlinePolicy(
  iam: Pick<Iam, 'metadata'>,
  entity: EntityName,
  { name, document }: InlinePolicy,
): Promise<void> {
  parsePolicy(document, 'identity');
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, entity.account);
    const row = await getEntityToChange(tx, entity);
    await putInlinePolicyRow(tx, { entity_id: row.id, name, document });
    const all = await inlinePolicies(tx, row.id);
    checkInlinePolicySize(
      { kind: entity.kind, name: row.name },
      all.map((it) => it.document),
    );
  });
}

/** @throws EntityNotFound, RoleUnmodifiable, InlinePolicyNotFound */
export async function deleteInlinePolicy(iam: Pick<Iam, 'metadata'>, entity: EntityName, name: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, entity.account);
    const { id } = await getEntityToChange(tx, entity);
    if (!(await removeInlinePolicyRow(tx, id, name))) {
      throw InlinePolicyNotFound({ kind: entity.kind, policyName: name });
    }
  });
}

/** The entity's name as it is written, and the policy. @throws EntityNotFound, InlinePolicyNotFound */
export async function getInlinePolicy(
  iam: Pick<Iam, 'metadata'>,
  entity: EntityName,
  name: string,
): Promise<InlinePolicy & { readonly entityName: string }> {
  return iam.metadata.read(async (tx) => {
    const row = await getEntity(tx, entity);
    const found = (await inlinePolicies(tx, row.id)).find((it) => it.name === name);
    if (!found) throw InlinePolicyNotFound({ kind: entity.kind, policyName: name });
    return { entityName: row.name, name, document: found.document };
  });
}

/** By name. @throws EntityNotFound */
export async function listInlinePolicies(iam: Pick<Iam, 'metadata'>, entity: EntityName): Promise<InlinePolicy[]> {
  return iam.metadata.read(async (tx) => inlinePolicies(tx, (await getEntity(tx, entity)).id));
}
