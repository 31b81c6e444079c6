/** KMS's published quotas ("AWS KMS Developer Guide, Quotas"), where its model does not have them. */
export interface KmsLimits {
  /** Customers' keys in an account and region. */
  readonly keysPerRegistry: number;
  readonly aliasesPerKey: number;
  readonly grantsPerKey: number;
  readonly tagsPerKey: number;
  readonly onDemandRotationsPerKey: number;
}

export const KMS_LIMITS: KmsLimits = {
  keysPerRegistry: 100_000,
  aliasesPerKey: 50,
  grantsPerKey: 50_000,
  tagsPerKey: 50,
  onDemandRotationsPerKey: 25,
};

/** Characters of a key policy. */
export const POLICY_CHARACTERS = 32_768;
/** Characters of an encryption context, as JSON writes it. */
export const CONTEXT_CHARACTERS = 8_192;
/** Pairs of an encryption context in a grant, and characters of one as JSON writes it. */
export const CONSTRAINT_PAIRS = 8;
export const CONSTRAINT_CHARACTERS = 384;
/** Days from ScheduleKeyDeletion to the deletion. */
export const PENDING_DAYS = { least: 7, usual: 30, most: 30 } as const;
export const ROTATION_DAYS = { least: 90, usual: 365, most: 2_560 } as const;
