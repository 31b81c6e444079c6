import { type Guard, guardOf } from './guard.ts';
import { type Matches, matchIdentity, matchResource } from './match-statements.ts';
import { prepare } from './prepare.ts';
import { resourceGrant } from './resource-grant.ts';
import type { DecidedBy, Decision, PolicyRequest, PolicySet } from './types.ts';

/**
 * Whether the request is allowed, and what decided it. Pure. IAM User Guide, "Policy evaluation logic": any Deny wins;
 * without one, an Allow is needed where the asker and the resource each demand it.
 */
export function decide(request: PolicyRequest, policies: PolicySet): Decision {
  return decideBehind(guardOf(request, policies), request, policies);
}

/** `decide`, where it is known whether the resource must let the asker in by its own policy. */
export function decideBehind(guard: Guard | undefined, asked: PolicyRequest, policies: PolicySet): Decision {
  const request = prepare(asked);
  const { asker, resource } = request;
  const byResource: DecidedBy = guard === 'trust' ? 'trust' : 'resource';
  const denied = (by: DecidedBy): Decision => ({ isAllowed: false, isExplicit: false, by, statements: [] });
  // Nobody is let in unknown: a document for everyone is for everyone who is known.
  if (asker.kind === 'anonymous') return denied(byResource);

  const identity = matchIdentity(policies.identity, request);
  const boundary = policies.boundary && matchIdentity([policies.boundary], request);
  const session = policies.session && matchIdentity(policies.session, request);
  const own = matchResource(policies.resource, request);

  const deny = firstDeny({ identity, boundary, session, [byResource]: own });
  if (deny) return deny;

  const isOwn = asker.account === resource.account;
  const isRoot = asker.kind === 'root';
  if (isRoot && byResource === 'trust') return denied('trust'); // Roles may not be taken by root.
  if (isRoot && isOwn && guard === undefined) return allowed('root');

  const grant = resourceGrant(own.allows, request);
  if (grant === 'alone') return allowed(byResource, own);

  const isBounded = boundary?.allows.length === 0;
  const isCut = session?.allows.length === 0;
  const hasIdentity = isRoot || identity.allows.length > 0 || grant === 'in-bounds';
  if (isOwn && guard === undefined) {
    if (!hasIdentity) return denied('identity');
  } else if (grant === undefined) {
    // Of two that lack the trust policy is named second: who has no right of his own learns nothing of it.
    return denied(byResource === 'trust' && isOwn && !hasIdentity ? 'identity' : byResource);
  } else if (!hasIdentity) {
    return denied('identity');
  }
  if (isBounded) return denied('boundary');
  if (isCut) return denied('session');
  return allowed(identity.allows.length > 0 ? 'identity' : byResource, identity, own);
}

function allowed(by: DecidedBy, ...matches: readonly Matches[]): Decision {
  return { isAllowed: true, isExplicit: false, by, statements: matches.flatMap((it) => it.allows) };
}

/** The kinds are in the order in which the first that denies is named. */
function firstDeny(kinds: Readonly<Partial<Record<DecidedBy, Matches | undefined>>>): Decision | undefined {
  const denying = Object.entries(kinds).filter(([, it]) => it && it.denies.length > 0);
  const by = denying[0]?.[0] as DecidedBy | undefined;
  if (by === undefined) return undefined;
  return { isAllowed: false, isExplicit: true, by, statements: denying.flatMap(([, it]) => it?.denies ?? []) };
}
