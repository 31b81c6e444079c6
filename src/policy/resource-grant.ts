import type { MatchedGrant } from './match-statements.ts';
import type { Asker, PreparedRequest, PrincipalMatch } from './types.ts';

/**
 * What an Allow on the resource gives: with `alone` nothing else is needed; `in-bounds` stands for an identity policy,
 * within boundary and session; with `half` the asker's own policies must allow it as well.
 */
export type Grant = 'alone' | 'in-bounds' | 'half';

/** The best that the resource's policies give; undefined when they give nothing. */
export function resourceGrant(
  allows: readonly MatchedGrant[],
  { asker, resource }: PreparedRequest,
): Grant | undefined {
  if (asker.kind === 'web-identity') return allows.some((it) => it.match === 'federated') ? 'alone' : undefined;
  const isOwn = asker.account === resource.account;
  const grants = new Set(allows.map(({ match }) => grantOf(asker, match, isOwn)));
  return (['alone', 'in-bounds', 'half'] as const).find((it) => grants.has(it));
}

function grantOf(asker: Asker, match: PrincipalMatch, isOwn: boolean): Grant {
  // A service has no account of its own whose policies could be asked.
  if (match === 'service') return 'alone';
  // The account of another resource may not decide for the asker's: his account must allow it too.
  if (!isOwn) return 'half';
  if (asker.kind === 'root') return 'alone';
  switch (match) {
    case 'session':
      return 'alone';
    case 'user':
      return asker.kind === 'user' ? 'alone' : 'in-bounds';
    case 'role':
      return 'in-bounds';
    case 'everyone':
      if (asker.kind === 'user' || asker.kind === 'role-session') return 'alone';
      return asker.kind === 'federated-user' ? 'in-bounds' : 'half';
    default:
      return 'half';
  }
}
