import type { EntityName } from '../../../identity/iam/entities.ts';
import type { Call } from '../../operation.ts';

type EntityKind = EntityName['kind'];

/** How requests name the user, group or role that they are about. */
export interface Naming<In, Kind extends EntityKind = EntityKind> {
  readonly kind: Kind;
  /** As it stands in the names of operations: Put*User*Policy. */
  readonly word: 'User' | 'Group' | 'Role';
  readonly nameOf: (input: In) => string;
  readonly entity: (input: In, call: Call) => EntityName & { readonly kind: Kind };
}

function naming<Kind extends EntityKind, In>(
  kind: Kind,
  word: Naming<In>['word'],
  nameOf: (input: In) => string,
): Naming<In, Kind> {
  const entity = (input: In, { principal }: Call) => ({ kind, account: principal.account, name: nameOf(input) });
  return { kind, word, nameOf, entity };
}

export const OF_USER = naming('user', 'User', (it: { readonly UserName: string }) => it.UserName);
export const OF_GROUP = naming('group', 'Group', (it: { readonly GroupName: string }) => it.GroupName);
export const OF_ROLE = naming('role', 'Role', (it: { readonly RoleName: string }) => it.RoleName);
