import { defineRefusal } from '../../values/refusal.ts';

// The codes are those of the JSON services, which answer each of them with 400.
const OCI = { code: 'UNAUTHORIZED', status: 401 } as const;

/** The request is not signed at all. */
export const MissingAuthenticationToken = defineRefusal<Record<never, never>>({
  code: 'MissingAuthenticationTokenException',
  oci: OCI,
  message: () => 'Missing Authentication Token',
});

/** What should be a signature has not the form of one. `detail` is the text; it never holds the header itself. */
export const IncompleteSignature = defineRefusal<{ detail: string }>({
  code: 'IncompleteSignatureException',
  oci: OCI,
  message: (it) => it.detail,
});

/** The access key is unknown, inactive, or does not go with a session token. */
export const UnrecognizedClient = defineRefusal<{ accessKeyId: string }>({
  code: 'UnrecognizedClientException',
  oci: OCI,
  message: () => 'The security token included in the request is invalid.',
});

/** The session token was good, and its time is over. */
export const ExpiredToken = defineRefusal<Record<never, never>>({
  code: 'ExpiredTokenException',
  oci: OCI,
  message: () => 'The security token included in the request is expired',
});

/** The signature is of another scope or time, leaves out what must be signed, or is wrong. `detail` is the text. */
export const InvalidSignature = defineRefusal<{ detail: string }>({
  code: 'InvalidSignatureException',
  oci: OCI,
  message: (it) => it.detail,
});

/** The text for a signature that does not match; botocore and the SDKs show it as it is. */
export const DOES_NOT_MATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
