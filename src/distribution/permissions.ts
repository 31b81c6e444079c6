import { authorize } from '../identity/authorize.ts';
import type { Principal } from '../identity/principal.ts';
import { repositoryArn } from '../values/arn.ts';
import { Refusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Action, Call } from './endpoint.ts';

/** What an endpoint asks besides its own action, where only its work shows that it is needed. */
export function permissions(principal: Principal, registry: RegistryId): Pick<Call, 'authorize' | 'may'> {
  const ask = (action: Action, repositoryName: string) =>
    authorize(principal, { action, resources: [repositoryArn(registry, repositoryName)] });
  return {
    authorize: ask,
    may(action, repositoryName) {
      try {
        ask(action, repositoryName);
        return true;
      } catch (error) {
        // Not an error here but the answer no.
        if (error instanceof Refusal) return false;
        throw error;
      }
    },
  };
}
