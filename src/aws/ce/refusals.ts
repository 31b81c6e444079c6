import { defineRefusal } from '../../values/refusal.ts';

const OCI_NEVER = { code: 'UNSUPPORTED', status: 400 } as const; // The OCI door knows no API calls.

/** What keeps the model and cannot be. */
export const ValidationFailed = defineRefusal<{ why: string }>({
  code: 'ValidationException',
  oci: OCI_NEVER,
  message: (it) => it.why,
});

export const InvalidNextToken = defineRefusal<Record<never, never>>({
  code: 'InvalidNextTokenException',
  oci: OCI_NEVER,
  message: () => 'Invalid token: it is not of this query.',
});

export const DataUnavailable = defineRefusal<Record<never, never>>({
  code: 'DataUnavailableException',
  oci: OCI_NEVER,
  message: () => 'Insufficient amount of historical data to generate forecast.',
});

export const BillingViewNotFound = defineRefusal<{ arn: string }>({
  code: 'ResourceNotFoundException',
  oci: OCI_NEVER,
  message: (it) => `There is no billing view ${it.arn}: there is one bill, and it is the primary one.`,
});
