import { policySize } from '../../policy/limits.ts';
import { LimitExceeded, QuotaExceeded } from './refusals.ts';

/** IAM User Guide, "IAM and AWS STS quotas": characters of a managed policy. */
const MANAGED_AT_MOST = 6_144;
/** Of a trust policy; more needs a quota increase, which nobody here grants. */
const TRUST_AT_MOST = 2_048;
/** Of all inline policies of one entity together. */
const INLINE_AT_MOST = { user: 2_048, group: 5_120, role: 10_240 } as const;

/** @throws QuotaExceeded */
export function checkManagedPolicySize(document: string): void {
  if (policySize(document) > MANAGED_AT_MOST) throw QuotaExceeded({ quota: 'PolicySize', limit: MANAGED_AT_MOST });
}

/** @throws QuotaExceeded */
export function checkTrustPolicySize(document: string): void {
  if (policySize(document) > TRUST_AT_MOST) throw QuotaExceeded({ quota: 'ACLSizePerRole', limit: TRUST_AT_MOST });
}

/** Whether these may be all inline policies of an entity. @throws LimitExceeded */
export function checkInlinePolicySize(
  { kind, name }: { readonly kind: keyof typeof INLINE_AT_MOST; readonly name: string },
  documents: readonly string[],
): void {
  const limit = INLINE_AT_MOST[kind];
  const size = documents.reduce((sum, it) => sum + policySize(it), 0);
  if (size > limit) throw LimitExceeded({ what: `Maximum policy size of ${limit} bytes exceeded for ${kind} ${name}` });
}
