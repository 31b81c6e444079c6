import { defineRefusal } from '../../values/refusal.ts';

/*
 * What is wrong with a web identity token, in STS's words. API_AssumeRoleWithWebIdentity; the statuses are those of the
 * API model.
 */

const NOT_AT_THE_OCI_DOOR = { code: 'UNSUPPORTED', status: 405 } as const;

/** `reason` is the whole sentence; it never holds the token. */
export const InvalidIdentityToken = defineRefusal<{ reason: string }>({
  code: 'InvalidIdentityToken',
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => f.reason,
});

export const NOT_A_JWT =
  'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)';
export const NO_KEY =
  "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements";
export const UNTRUSTED_ISSUER = "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint";

/** Both times in seconds since the epoch. */
export const WebIdentityExpired = defineRefusal<{ now: number; expiry: number }>({
  code: 'ExpiredTokenException',
  oci: NOT_AT_THE_OCI_DOOR,
  message: (f) => `Token expired: current date/time ${f.now} must be before the expiration date/time ${f.expiry}`,
});

/** The provider cannot be asked now; SDKs try again. */
export const IdpCommunicationError = defineRefusal<Record<never, never>>({
  code: 'IDPCommunicationError',
  oci: NOT_AT_THE_OCI_DOOR,
  message: () => 'An error occurred when retrieving the discovery document or the keys of the identity provider.',
});
