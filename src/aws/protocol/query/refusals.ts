import { defineRefusal } from '../../../values/refusal.ts';

const OCI_NEVER = { code: 'UNSUPPORTED', status: 400 } as const; // The OCI door knows no API calls.

/** A request that says of itself that it is for the Query protocol, and not what it wants. */
export const MissingAction = defineRefusal<Record<never, never>>({
  code: 'MissingAction',
  oci: OCI_NEVER,
  message: () => 'Missing Action',
});

/** No operation of that name is served in that version of the API. */
export const UnknownAction = defineRefusal<{ action: string; version: string }>({
  code: 'InvalidAction',
  oci: OCI_NEVER,
  message: (it) => `Could not find operation ${it.action} for version ${it.version}`,
});

export const MethodNotAllowed = defineRefusal<{ method: string }>({
  code: 'MethodNotAllowed',
  oci: OCI_NEVER,
  status: 405,
  message: (it) => `The method ${it.method} is none of this API: use POST or GET.`,
});

/** The parameters cannot be read, or are more than any operation can need. `detail` is the text. */
export const InvalidQueryParameter = defineRefusal<{ detail: string }>({
  code: 'InvalidQueryParameter',
  oci: OCI_NEVER,
  message: (it) => it.detail,
});

/** A parameter stands twice, so that nobody can say which counts. */
export const RepeatedParameter = defineRefusal<{ name: string }>({
  code: 'ValidationError',
  oci: OCI_NEVER,
  message: (it) => `The parameter ${it.name} is given more than once.`,
});
