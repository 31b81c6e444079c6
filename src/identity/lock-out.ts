import type { CompiledPolicy, ResourcePolicy } from '../policy/types.ts';
import type { World } from '../world.ts';
import { decideOn } from './authorize.ts';
import type { Caller } from './caller.ts';

/**
 * Whether the caller, who may change the policy on a resource now, could not do so again once it is `policy`: because it
 * denies it to him, or because he may only by the policy that it replaces. `action` is the one that changes it, such as
 * `ecr:SetRepositoryPolicy`. Who wants it nevertheless says so (`force`, `BypassPolicyLockoutSafetyCheck`).
 */
export async function locksOut(
  world: Pick<World, 'metadata' | 'clock'>,
  caller: Caller,
  change: {
    readonly action: string;
    readonly arn: string;
    readonly kind: ResourcePolicy['kind'];
    readonly policy: CompiledPolicy;
  },
): Promise<boolean> {
  const { action, arn, kind, policy } = change;
  const resourcePolicies = [{ policy, id: kind, source: 'resource', kind } as const];
  const { decision } = await decideOn(world, caller, { action, arn, resourcePolicies });
  return !decision.isAllowed;
}
