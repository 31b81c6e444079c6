import { getKeyPolicy, POLICY_NAME } from '../../kms/key-policy.ts';
import type { GetKeyPolicyRequest, GetKeyPolicyResponse } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Shows a key's policy. API_GetKeyPolicy. */
export const GetKeyPolicy = keyOperation<GetKeyPolicyRequest, GetKeyPolicyResponse>({
  name: 'GetKeyPolicy',

  async handle({ PolicyName }, { world }, key) {
    return { Policy: await getKeyPolicy(world, key, PolicyName), PolicyName: POLICY_NAME };
  },
});
