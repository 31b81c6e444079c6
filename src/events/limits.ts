const KIB = 1024;

/** EventBridge's published quotas ("Amazon EventBridge quotas"), in an account and region. */
export const EVENT_LIMITS = {
  rulesPerBus: 300,
  targetsPerRule: 5,
  tagsPerRule: 50,
  /** Of all entries of a call of PutEvents, and so of each event. */
  bytesPerPut: 256 * KIB,
  /** Objects and lists within each other in an event. */
  nesting: 200,
} as const;
