import type { KmsGrantRow } from '../storage/metadata/kms-tables.ts';
import type { EncryptionContext } from './encryption-context.ts';
import { constraintsHold, type GrantConstraints, isWithin } from './grant-constraints.ts';

/** What a grant lets its grantee do, and under which constraints. */
export interface Granted {
  readonly operations: readonly string[];
  readonly constraints: GrantConstraints | undefined;
}

export function grantedBy(row: Pick<KmsGrantRow, 'operations' | 'constraints'>): Granted {
  return {
    // Both were written here.
    operations: JSON.parse(row.operations) as string[],
    constraints: row.constraints === null ? undefined : (JSON.parse(row.constraints) as GrantConstraints),
  };
}

/** Whether a grant allows an operation; `context` only where the operation takes one: constraints are about that alone. */
export function grants(granted: Granted, operation: string, context: EncryptionContext | undefined): boolean {
  if (!granted.operations.includes(operation)) return false;
  return context === undefined || constraintsHold(granted.constraints, context);
}

/** Whether a grantee of `parent` may give `child`: no operation more, and no constraint less. */
export function mayPassOn(parent: Granted, child: Granted): boolean {
  return (
    parent.operations.includes('CreateGrant') &&
    child.operations.every((it) => parent.operations.includes(it)) &&
    isAsStrict(parent.constraints, child.constraints)
  );
}

/** Whether every context that `child` lets pass, `parent` lets pass too. */
function isAsStrict(parent: GrantConstraints = {}, child: GrantConstraints = {}): boolean {
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equals } = parent;
  if (equals) {
    const same = child.EncryptionContextEquals;
    return same !== undefined && isWithin(equals, same) && isWithin(same, equals);
  }
  if (!subset) return true;
  const { EncryptionContextSubset: part = {}, EncryptionContextEquals: whole } = child;
  return isWithin(subset, whole ?? part);
}
