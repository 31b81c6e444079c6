import { defineRefusal } from '../../values/refusal.ts';

/*
 * The expected noes of STS, with its own words: programs match them. Statuses are those of the API model.
 */

/** No refusal of STS reaches docker's door. */
const NOT_AT_THE_OCI_DOOR = { code: 'UNSUPPORTED', status: 405 } as const;

/** `reason` is the whole sentence. */
export const StsAccessDenied = defineRefusal<{ reason: string }>({
  code: 'AccessDeniedException',
  oci: { code: 'DENIED', status: 403 },
  message: (f) => f.reason,
});

/** The same whether the role is not there or does not trust the caller: nobody learns which roles others have. */
export const MayNotAssume = defineRefusal<{ arn: string; action: string; roleArn: string }>({
  code: 'AccessDeniedException',
  oci: { code: 'DENIED', status: 403 },
  message: (f) => `User: ${f.arn} is not authorized to perform: ${f.action} on resource: ${f.roleArn}`,
});

/** What the model does not say of the input. `reason` is the whole sentence. */
export const StsValidationError = defineRefusal<{ reason: string }>({
  code: 'ValidationError',
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => f.reason,
});

export const InvalidParameterValue = defineRefusal<{ reason: string }>({
  code: 'InvalidParameterValue',
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => f.reason,
});

export const PackedPolicyTooLarge = defineRefusal<{ percent: number }>({
  code: 'PackedPolicyTooLarge',
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => `Packed size of policy consumes ${f.percent}% of allotted space.`,
});

export const InvalidAuthorizationMessage = defineRefusal<Record<never, never>>({
  code: 'InvalidAuthorizationMessageException',
  oci: NOT_AT_THE_OCI_DOOR,
  message: () => 'Message is not valid.',
});
