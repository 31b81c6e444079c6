import { defineRefusal } from '../../values/refusal.ts';

const OCI_NEVER = { code: 'UNSUPPORTED', status: 400 } as const; // The OCI door has no API shapes.

/** The body is not what the shape's JSON types ask for. `detail` is the text. */
export const SerializationFailed = defineRefusal<{ detail: string }>({
  code: 'SerializationException',
  oci: OCI_NEVER,
  message: (it) => it.detail,
});

/** A member breaks a constraint of the published model; ECR names one per answer. */
export const ConstraintViolated = defineRefusal<{ member: string; constraint: string }>({
  code: 'InvalidParameterException',
  oci: OCI_NEVER,
  message: (it) => `Invalid parameter at '${it.member}' failed to satisfy constraint: '${it.constraint}'`,
});

/** The same of other services, which name every violation. `said` has one sentence for each, or for the first of many. */
export const ConstraintsViolated = defineRefusal<{ count: number; said: readonly string[] }>({
  code: 'ValidationException',
  oci: OCI_NEVER,
  message: (it) => `${it.count} validation ${it.count === 1 ? 'error' : 'errors'} detected: ${it.said.join('; ')}`,
});
