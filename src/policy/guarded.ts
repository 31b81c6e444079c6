import type { PolicyRequest, PolicySet } from './types.ts';

/**
 * Whether the resource lets nobody in, not even its account's root, without an Allow of its own policy: keys, and roles
 * that are to be taken. It is so too when that policy is not among `policies`: what is missing allows nothing.
 */
export function isGuarded({ action, resource }: PolicyRequest, policies: PolicySet): boolean {
  if (policies.resource.some((it) => it.kind === 'trust' || it.kind === 'key')) return true;
  const name = action.toLowerCase();
  return (
    name.startsWith('sts:assumerole') ||
    (name.startsWith('kms:') && /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(resource.arn))
  );
}
