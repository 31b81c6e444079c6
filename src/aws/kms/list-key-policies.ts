import { POLICY_NAME } from '../../kms/key-policy.ts';
import type { ListKeyPoliciesRequest, ListKeyPoliciesResponse } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Names a key's policies: there is one, and its name is always the same. API_ListKeyPolicies. */
export const ListKeyPolicies = keyOperation<ListKeyPoliciesRequest, ListKeyPoliciesResponse>({
  name: 'ListKeyPolicies',
  handle: async () => ({ PolicyNames: [POLICY_NAME], Truncated: false }),
});
