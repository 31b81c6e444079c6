import { defineRefusal } from '../values/refusal.ts';

/*
 * The expected noes of KMS, with its own words. At the docker door a key that cannot be used denies the image that is
 * encrypted with it.
 */

const DENIED = { code: 'DENIED', status: 403 } as const;

/** A refusal whose text says what is wrong with this input. */
function saying(code: string) {
  return defineRefusal<{ what: string }>({ code, oci: DENIED, message: (f) => f.what });
}

export const NotFound = saying('NotFoundException');
export const InvalidState = saying('KMSInvalidStateException');
export const InvalidArn = saying('InvalidArnException');
export const InvalidKeyUsage = saying('InvalidKeyUsageException');
export const Unsupported = saying('UnsupportedOperationException');
/** What the model's constraints do not say. */
export const Invalid = saying('ValidationException');
export const AlreadyExists = saying('AlreadyExistsException');
export const InvalidAliasName = saying('InvalidAliasNameException');
export const LimitExceeded = saying('LimitExceededException');
export const MalformedPolicy = saying('MalformedPolicyDocumentException');
export const TagRefused = saying('TagException');
export const InvalidMarker = saying('InvalidMarkerException');
export const InvalidGrantToken = saying('InvalidGrantTokenException');
export const InvalidGrantId = saying('InvalidGrantIdException');

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

/** KMS says nothing of what is wrong with a ciphertext, a signature or a MAC. */
export const InvalidCiphertext = defineRefusal({ code: 'InvalidCiphertextException', oci: DENIED, message: () => '' });
export const InvalidSignature = defineRefusal({ code: 'KMSInvalidSignatureException', oci: DENIED, message: () => '' });
export const InvalidMac = defineRefusal({ code: 'KMSInvalidMacException', oci: DENIED, message: () => '' });

export const IncorrectKey = defineRefusal({
  code: 'IncorrectKeyException',
  oci: DENIED,
  message: () => 'The key ID in the request does not identify a CMK that can perform this operation.',
});

/** One answer for a key that is unknown, another account's, or not allowed: it tells none of them from the others. */
export const CiphertextDenied = defineRefusal({
  code: 'AccessDeniedException',
  oci: DENIED,
  message: () =>
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
});

/** A grant that was needed is not there, or not for this. */
export const GrantMissing = defineRefusal<{ service: string; action: string; arn: string }>({
  code: 'AccessDeniedException',
  oci: DENIED,
  message: (f) =>
    `User: ${f.service} is not authorized to perform: ${f.action} on resource: ${f.arn} because no grant allows the ${f.action} action`,
});

export const RetireDenied = defineRefusal<{ principal: string; arn: string }>({
  code: 'AccessDeniedException',
  oci: DENIED,
  message: (f) => `User: ${f.principal} is not authorized to perform: kms:RetireGrant on resource: ${f.arn}`,
});

/** The answer to a dry run of what would have worked. */
export const DryRun = defineRefusal({
  code: 'DryRunOperationException',
  oci: DENIED,
  message: () => 'The request would have succeeded, but the DryRun option is set.',
});

/** The root key, or whoever keeps it, cannot be asked. */
export const KeyUnavailable = defineRefusal({
  code: 'KeyUnavailableException',
  status: 500,
  oci: DENIED,
  message: () =>
    'The key that protects this key cannot be reached. Try again later, or ask whoever runs this registry.',
});

/** What ECR says when KMS refused it the key of a repository: KMS's own code and text. */
export const KmsFailed = defineRefusal<{ kmsError: string; what: string }>({
  code: 'KmsException',
  oci: DENIED,
  members: ['kmsError'],
  message: (f) => f.what,
});
