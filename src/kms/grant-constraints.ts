import type { EncryptionContext } from './encryption-context.ts';

/** GrantConstraints of the API. */
export interface GrantConstraints {
  readonly EncryptionContextSubset?: EncryptionContext;
  readonly EncryptionContextEquals?: EncryptionContext;
}

/** Constraints without the one of two that is empty: clients send both members, and mean the other. */
export function givenConstraints(constraints: GrantConstraints | undefined): GrantConstraints | undefined {
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equals } = constraints ?? {};
  if (!subset || !equals) return constraints;
  if (Object.keys(subset).length === 0) return { EncryptionContextEquals: equals };
  return Object.keys(equals).length === 0 ? { EncryptionContextSubset: subset } : constraints;
}

/** Whether a grant with these constraints holds for `context`. Letters count as they are. */
export function constraintsHold(constraints: GrantConstraints | undefined, context: EncryptionContext): boolean {
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equals } = constraints ?? {};
  if (subset && !isWithin(subset, context)) return false;
  return equals === undefined || (isWithin(equals, context) && isWithin(context, equals));
}

/** Whether every pair of `part` is in `whole`. */
export function isWithin(part: EncryptionContext, whole: EncryptionContext): boolean {
  return Object.entries(part).every(([key, value]) => Object.hasOwn(whole, key) && whole[key] === value);
}
