import type { Decision, PolicyRequest } from './types.ts';

const KINDS = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  trust: 'role trust policy',
  root: 'identity-based policy',
} as const;

/** The sentence in which AWS denies: who, which action, which resource, because of which kind of policy. */
export function denialText({ asker, action, resource }: PolicyRequest, { by, isExplicit }: Decision): string {
  const kind = KINDS[by];
  const article = by === 'identity' || by === 'root' ? 'an' : by === 'trust' ? 'the' : 'a';
  const because = isExplicit
    ? `with an explicit deny in ${article} ${kind}`
    : `because no ${kind} allows the ${action} action`;
  return `User: ${asker.arn} is not authorized to perform: ${action} on resource: ${resource.arn} ${because}`;
}
