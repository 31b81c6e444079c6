import { defineRefusal } from '../values/refusal.ts';

/** What cannot be had back, and why. */
export const NotInTrash = defineRefusal<{ what: string }>({
  code: 'NotInTrash',
  oci: { code: 'MANIFEST_UNKNOWN', status: 404 },
  message: (f) => f.what,
});
