import { defineRefusal } from '../values/refusal.ts';

const OCI_NEVER = { code: 'UNSUPPORTED', status: 400 } as const; // The OCI door knows no API calls.

/** No operation that is served has this name. AWS says nothing besides the code. */
export const UnknownOperation = defineRefusal<{ target: string | undefined }>({
  code: 'UnknownOperationException',
  oci: OCI_NEVER,
  message: () => '',
});

/** More bytes than any input of the operation can need. `limit` is in bytes. */
export const BodyTooLarge = defineRefusal<{ limit: number }>({
  code: 'InvalidParameterException',
  oci: OCI_NEVER,
  message: (it) =>
    `Invalid parameter at 'body' failed to satisfy constraint: 'Member must have length less than or equal to ${it.limit}'`,
});

/** No REST operation that is served is called like this. */
export const NoSuchRoute = defineRefusal<{ method: string; path: string }>({
  code: 'UnknownOperationException',
  oci: OCI_NEVER,
  status: 404,
  message: (it) => `Unable to determine the operation for ${it.method} ${it.path}.`,
});
