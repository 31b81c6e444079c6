import { findGroupsById } from '../../storage/metadata/account-details.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { principalPolicies } from '../../storage/metadata/principal-policies.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import { awsManagedPolicy } from '../aws-managed-policies.ts';
import type { NamedEntity } from './named-entity.ts';

/** A policy that counts for an entity, and on whom it is: on himself, or on a group of his. */
export interface PolicyOnEntity {
  readonly name: string;
  /** Of a managed policy. */
  readonly arn: string | undefined;
  readonly document: string;
  readonly on: { readonly kind: NamedEntity['kind']; readonly name: string };
}

/** All policies that count for a user, group or role: inline ones first, each by name. */
export async function policiesOfEntity(tx: Reading, entity: NamedEntity): Promise<PolicyOnEntity[]> {
  const { policies } = await principalPolicies(tx, entity.id);
  const others = policies.map((it) => it.entity_id).filter((it) => it !== entity.id);
  const groups = new Map((await findGroupsById(tx, others)).map((it) => [it.group_id, it.name]));
  return policies.flatMap((row) => {
    const arn = row.is_inline ? undefined : row.name;
    const name = arn === undefined ? row.name : (parseIdentityArn(arn)?.name ?? arn);
    const document = row.document ?? awsManagedPolicy(row.name)?.document;
    const group = groups.get(row.entity_id);
    const on = group === undefined ? { kind: entity.kind, name: entity.name } : { kind: 'group' as const, name: group };
    return document === undefined ? [] : [{ name, arn, document, on }];
  });
}
