import { defineRefusal } from '../values/refusal.ts';

const DENIED = { code: 'DENIED', status: 403 } as const;

/** There is no such service or quota, or nothing holds for it. */
export const NoSuchResource = defineRefusal<{ what: string }>({
  code: 'NoSuchResourceException',
  oci: DENIED,
  message: (it) => it.what,
});

export const InvalidPaginationToken = defineRefusal<Record<never, never>>({
  code: 'InvalidPaginationTokenException',
  oci: DENIED,
  message: () => 'The pagination token is not valid.',
});
