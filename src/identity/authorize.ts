import { denialText } from '../policy/denial-text.ts';
import { decide } from '../policy/evaluate.ts';
import type { Decision, PolicyRequest, PolicySet, ResourcePolicy } from '../policy/types.ts';
import { defineRefusal } from '../values/refusal.ts';
import type { World } from '../world.ts';
import { askerOf } from './asker.ts';
import type { Caller } from './caller.ts';
import { LazyContext } from './lazy-context.ts';
import { identityPoliciesOf } from './principal-policies.ts';
import { requestContext } from './request-context.ts';
import { resourcePoliciesOf } from './resource-policies.ts';
import { resourceTagsOf } from './resource-tags.ts';

/** What a caller wants: an IAM action on resources (ARNs, or `*` for actions without one). */
export interface Access {
  /** Such as `ecr:PutImage`. */
  readonly action: string;
  readonly resources: readonly string[];
  /** Condition keys of the action, beside those that every request has. */
  readonly conditions?: Iterable<readonly [key: string, value: string | readonly string[]]> | undefined;
  /**
   * Policies on the resource that are not found by its ARN: of a role its trust policy, of a key its key policy. They
   * stand in the place of those of their kind that are found.
   */
  readonly resourcePolicies?: readonly ResourcePolicy[] | undefined;
}

type Deciding = Pick<World, 'metadata' | 'clock'>;

/** AWS's words for a caller whom no policy allows it. */
export const AccessDenied = defineRefusal<{ request: PolicyRequest; decision: Decision }>({
  code: 'AccessDeniedException',
  oci: { code: 'DENIED', status: 403 },
  message: ({ request, decision }) => denialText(request, decision),
});

/**
 * Asks the policies whether the caller may do `access`; both doors ask before they act. Who names no resource is denied:
 * a path that forgot to ask gets a no.
 *
 * @throws AccessDenied, about the first resource that is refused
 */
export async function authorize(world: Deciding, caller: Caller, access: Access): Promise<void> {
  const resources = access.resources.length > 0 ? access.resources : [''];
  for (const arn of resources) {
    const { request, decision } = await decideOn(world, caller, { ...access, arn });
    if (!decision.isAllowed || arn === '') throw AccessDenied({ request, decision });
  }
}

/** Whether `authorize` would let it pass. */
export async function isAllowed(world: Deciding, caller: Caller, access: Access): Promise<boolean> {
  for (const arn of access.resources) {
    const { decision } = await decideOn(world, caller, { ...access, arn });
    if (!decision.isAllowed) return false;
  }
  return access.resources.length > 0;
}

/** The decision about one resource, with what it was made from: for explanations. */
export async function decideOn(
  world: Deciding,
  caller: Caller,
  { action, arn, conditions = [], resourcePolicies = [] }: Omit<Access, 'resources'> & { readonly arn: string },
): Promise<{ request: PolicyRequest; policies: PolicySet; decision: Decision }> {
  const { principal } = caller;
  const own = await identityPoliciesOf(world, principal);
  const found = await resourcePoliciesOf(world, { arn, action });
  const kept = found.policies.filter(({ kind }) => resourcePolicies.every((it) => it.kind !== kind));
  const policies: PolicySet = { ...own, resource: [...kept, ...resourcePolicies] };

  const account = accountOf(arn) ?? principal.account;
  const { repositoryId } = found;
  const resourceTags =
    repositoryId !== undefined && asksForResourceTags(policies) ? await resourceTagsOf(world, repositoryId) : [];
  const now = world.clock.now();
  const context = new LazyContext(() => {
    const keys = requestContext(caller, now);
    for (const [key, value] of own.tags) keys.set(`aws:principaltag/${key}`, value);
    keys.set('aws:resourceaccount', account);
    for (const [key, value] of resourceTags) keys.set(key, value);
    for (const [key, value] of conditions) keys.set(key.toLowerCase(), value);
    return keys;
  });

  const request = { asker: askerOf(principal), action, resource: { arn, account }, context };
  return { request, policies, decision: decide(request, policies) };
}

/** The fifth part of an ARN; undefined where an ARN has none, of `*`, and of the policies that AWS gives each account. */
function accountOf(arn: string): string | undefined {
  const account = arn.split(':')[4];
  return account === 'aws' ? undefined : account || undefined;
}

/** Tags are read only for policies that look at them. */
function asksForResourceTags({ identity, boundary, session = [], resource }: PolicySet): boolean {
  const all = [...identity, ...(boundary ? [boundary] : []), ...session, ...resource];
  return all.some(({ policy }) => policy.contextKeys.values().some((key) => key.includes(':resourcetag/')));
}
