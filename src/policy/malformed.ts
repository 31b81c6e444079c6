import { defineRefusal } from '../values/refusal.ts';

/** What is wrong with a document, in IAM's words where they are known. Services other than IAM say it in their own. */
export const PolicyMalformed = defineRefusal<{ reason: string }>({
  code: 'MalformedPolicyDocument',
  oci: { code: 'UNSUPPORTED', status: 400 },
  message: ({ reason }) => reason,
});
