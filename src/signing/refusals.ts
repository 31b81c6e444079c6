import { defineRefusal } from '../values/refusal.ts';

/*
 * The expected noes of AWS Signer. Its published texts are few; what is said here says what was given and what is
 * allowed.
 */

const DENIED = { code: 'DENIED', status: 403 } as const;

/** There is no such profile, or no such platform. */
export const SignerResourceNotFound = defineRefusal<{ what: string }>({
  code: 'ResourceNotFoundException',
  oci: DENIED,
  status: 404,
  message: (it) => it.what,
});

/** The same of what tags are asked of. */
export const TaggedNotFound = defineRefusal<{ what: string }>({
  code: 'NotFoundException',
  oci: DENIED,
  status: 404,
  message: (it) => it.what,
});

export const SignerInvalid = defineRefusal<{ what: string }>({
  code: 'ValidationException',
  oci: DENIED,
  message: (it) => it.what,
});

export const SignerBadRequest = defineRefusal<{ what: string }>({
  code: 'BadRequestException',
  oci: DENIED,
  message: (it) => it.what,
});

export const SigningConfigurationNotFound = defineRefusal<{ registryId: string }>({
  code: 'SigningConfigurationNotFoundException',
  oci: DENIED,
  message: (it) => `Signing configuration does not exist in the registry with id '${it.registryId}'`,
});

export function profileNotFound(name: string) {
  return SignerResourceNotFound({ what: `Signing profile ${name} not found.` });
}
