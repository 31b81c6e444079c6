import type { PolicyRequest, PolicySet } from './types.ts';

/**
 * What lets nobody in, not even its account's root, without an Allow of its own policy: keys, and roles that are to be
 * taken. Undefined of all others.
 */
export type Guard = 'trust' | 'key';

/** The guard of what is asked for. It is there also when its policy is not among the documents: that allows nothing. */
export function guardOf({ action, resource }: PolicyRequest, policies: PolicySet): Guard | undefined {
  const given = givenGuard(policies);
  if (given) return given;
  const name = action.toLowerCase();
  if (name.startsWith('sts:assumerole')) return 'trust';
  const isKey = name.startsWith('kms:') && /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(resource.arn);
  return isKey ? 'key' : undefined;
}

/** The guard whose policy is among the documents. */
export function givenGuard({ resource }: PolicySet): Guard | undefined {
  for (const { kind } of resource) if (kind === 'trust' || kind === 'key') return kind;
  return undefined;
}
