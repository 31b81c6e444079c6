import type { DecidedBy, Decision, PolicyRequest } from './types.ts';

const KINDS: Readonly<Record<DecidedBy, readonly [article: string, kind: string]>> = {
  identity: ['an', 'identity-based policy'],
  resource: ['a', 'resource-based policy'],
  boundary: ['a', 'permissions boundary'],
  session: ['a', 'session policy'],
  trust: ['the', 'role trust policy'],
  root: ['an', 'identity-based policy'],
};

/**
 * The sentence in which AWS denies: who, which action, which resource, because of which kind of policy. A managed policy
 * that says Deny is named to those of the resource's own account. IAM User Guide, "Troubleshoot access denied error
 * messages".
 */
export function denialText({ asker, action, resource }: PolicyRequest, decision: Decision): string {
  const [article, kind] = KINDS[decision.by];
  const because = decision.isExplicit
    ? `with an explicit deny in ${article} ${kind}`
    : `because no ${kind} allows the ${action} action`;
  const managed = asker.account === resource.account ? denyingManagedPolicy(decision) : undefined;
  const named = managed === undefined ? '' : `: ${managed}`;
  return `User: ${asker.arn} is not authorized to perform: ${action} on resource: ${resource.arn} ${because}${named}`;
}

function denyingManagedPolicy({ isExplicit, statements }: Decision): string | undefined {
  const policy = isExplicit ? statements[0]?.policy : undefined;
  return policy?.source === 'aws-managed' || policy?.source === 'user-managed' ? policy.id : undefined;
}
