import { putKeyPolicy } from '../../kms/key-policy.ts';
import type { PutKeyPolicyRequest } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Puts another policy on a key. API_PutKeyPolicy. */
export const PutKeyPolicy = keyOperation<PutKeyPolicyRequest, void>({
  name: 'PutKeyPolicy',
  conditions: ({ BypassPolicyLockoutSafetyCheck: bypass = false }) => [
    ['kms:BypassPolicyLockoutSafetyCheck', String(bypass)],
  ],
  handle: ({ Policy, PolicyName, BypassPolicyLockoutSafetyCheck: bypass = false }, { world, caller }, key) =>
    putKeyPolicy(world, caller, key, { text: Policy, name: PolicyName, bypass }),
});
