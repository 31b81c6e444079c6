import { type Explanation, explain } from '../policy/explain.ts';
import type { ResourcePolicy } from '../policy/types.ts';
import { findResourcePolicy } from '../storage/metadata/resource-policies.ts';
import type { World } from '../world.ts';
import { decideOn } from './authorize.ts';
import { principalOfArn } from './principal-of-arn.ts';
import { compiledOf } from './resource-policies.ts';
import { findTrustedRole } from './sts/trusted-role.ts';

/** What is asked: whether `principal` may do `action` to `resource`, an ARN or `*`. */
export interface AccessQuestion {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request, beside those that are known of the principal and the resource. */
  readonly context: ReadonlyMap<string, readonly string[]>;
}

export type ExplainedAccess = Pick<AccessQuestion, 'action' | 'resource'> &
  Explanation & { readonly principal: string };

/**
 * Decides as the doors do, and says why. Undefined when there is no such principal. A session is taken for one that was
 * given no policies; grants of KMS keys are not policies, and are not looked at.
 */
export async function explainAccess(
  world: Pick<World, 'metadata' | 'rules' | 'clock'>,
  question: AccessQuestion,
): Promise<ExplainedAccess | undefined> {
  const { action, resource } = question;
  const principal = await principalOfArn(world, question.principal);
  if (!principal) return undefined;
  const region = resource.split(':')[3] || world.rules.regions[0];
  const request = { region, sourceIp: undefined, isSecure: true, userAgent: undefined, referer: undefined };
  const asked = await decideOn(
    world,
    { principal, request },
    {
      action,
      arn: resource,
      conditions: Array.from(question.context, ([key, [first = '', ...more]]) => [
        key,
        more.length === 0 ? first : [first, ...more],
      ]),
      resourcePolicies: await otherPoliciesOf(world, action, resource),
    },
  );
  const explanation = explain(asked.request, asked.policies, asked.decision);
  return { principal: principal.arn, action, resource, ...explanation };
}

/** A key's policy, and whom a role trusts. */
async function otherPoliciesOf(
  world: Pick<World, 'metadata' | 'rules'>,
  action: string,
  arn: string,
): Promise<readonly ResourcePolicy[]> {
  if (action.toLowerCase().startsWith('sts:')) {
    const role = await findTrustedRole(world, arn);
    return role ? [role.trust] : [];
  }
  if (!/^arn:[a-z0-9-]+:kms:/.test(arn)) return [];
  const row = await world.metadata.read((tx) => findResourcePolicy(tx, 'key', arn));
  return row ? compiledOf(world, 'key', arn, row.version) : [];
}
