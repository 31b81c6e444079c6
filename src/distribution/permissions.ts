import { authorize, isAllowed } from '../identity/authorize.ts';
import type { Caller } from '../identity/caller.ts';
import { repositoryArn } from '../values/arn.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import type { Action, Call } from './endpoint.ts';

/** What an endpoint asks besides its own action, where only its work shows that it is needed. */
export function permissions(world: World, caller: Caller, registry: RegistryId): Pick<Call, 'authorize' | 'may'> {
  const access = (action: Action, repositoryName: string) => ({
    action,
    resources: [repositoryArn(registry, repositoryName)],
  });
  return {
    authorize: (action, repositoryName) => authorize(world, caller, access(action, repositoryName)),
    may: (action, repositoryName) => isAllowed(world, caller, access(action, repositoryName)),
  };
}
