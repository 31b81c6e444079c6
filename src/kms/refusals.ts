import { defineRefusal } from '../values/refusal.ts';

/*
 * The expected noes of KMS, with its own words. At the docker door a key that cannot be used denies the image that is
 * encrypted with it.
 */

const DENIED = { code: 'DENIED', status: 403 } as const;

/** Names a key or alias that is not there: `Key 'ARN' does not exist`, `Alias ARN is not found.`. */
export const NotFound = defineRefusal<{ what: string }>({
  code: 'NotFoundException',
  oci: DENIED,
  message: (f) => f.what,
});

export function keyNotFound(arn: string) {
  return NotFound({ what: `Key '${arn}' does not exist` });
}

export function aliasNotFound(arn: string) {
  return NotFound({ what: `Alias ${arn} is not found.` });
}

export const KeyDisabled = defineRefusal<{ arn: string }>({
  code: 'DisabledException',
  oci: DENIED,
  message: (f) => `${f.arn} is disabled.`,
});

export const InvalidState = defineRefusal<{ what: string }>({
  code: 'KMSInvalidStateException',
  oci: DENIED,
  message: (f) => f.what,
});

/** KMS says nothing of what is wrong with a ciphertext. */
export const InvalidCiphertext = defineRefusal({
  code: 'InvalidCiphertextException',
  oci: DENIED,
  message: () => '',
});

/** A grant that was needed is not there, or not for this. */
export const GrantMissing = defineRefusal<{ service: string; action: string; arn: string }>({
  code: 'AccessDeniedException',
  oci: DENIED,
  message: (f) =>
    `User: ${f.service} is not authorized to perform: ${f.action} on resource: ${f.arn} because no grant allows the ${f.action} action`,
});

/** The root key, or whoever keeps it, cannot be asked. */
export const KeyUnavailable = defineRefusal({
  code: 'KeyUnavailableException',
  status: 500,
  oci: DENIED,
  message: () =>
    'The key that protects this key cannot be reached. Try again later, or ask whoever runs this registry.',
});
