import { compilePolicy } from '../policy/compile.ts';
import type { ResourcePolicy } from '../policy/types.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { defaultKeyPolicy } from './own-policies.ts';

/** A key policy that leaves all to the account's IAM policies: for what is of a key, and is asked of IAM alone. */
export function leaveToIam(registry: RegistryId): ResourcePolicy {
  return { id: 'key', source: 'resource', kind: 'key', policy: compilePolicy(defaultKeyPolicy(registry)) };
}
