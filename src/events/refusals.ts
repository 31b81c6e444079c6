import { defineRefusal } from '../values/refusal.ts';

/* The expected noes of EventBridge, with its own words. The docker door never meets them. */

const OCI = { code: 'UNSUPPORTED', status: 400 } as const;

/** What the model's constraints do not say. */
export const Invalid = defineRefusal<{ what: string }>({
  code: 'ValidationException',
  oci: OCI,
  message: (f) => f.what,
});

export const ResourceNotFound = defineRefusal<{ what: string }>({
  code: 'ResourceNotFoundException',
  oci: OCI,
  message: (f) => f.what,
});

export const InvalidEventPattern = defineRefusal<{ reason: string }>({
  code: 'InvalidEventPatternException',
  oci: OCI,
  message: (f) => `Event pattern is not valid. Reason: ${f.reason}`,
});

export const LimitExceeded = defineRefusal({
  code: 'LimitExceededException',
  oci: OCI,
  message: () => 'The requested resource exceeds the maximum number allowed.',
});

export function ruleNotFound(name: string) {
  return ResourceNotFound({ what: `Rule ${name} does not exist on EventBus default.` });
}
