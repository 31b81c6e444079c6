import type { Context } from '../policy/types.ts';
import type { Caller, RequestFacts } from './caller.ts';
import type { Principal, Session } from './principal.ts';

const PRINCIPAL_TYPES = {
  root: 'Account',
  user: 'User',
  'role-session': 'AssumedRole',
  'federated-user': 'FederatedUser',
} as const;

/**
 * The condition keys that every request of the caller has; those of his action are added to it. IAM User Guide, "AWS
 * global condition context keys".
 */
export function requestContext({ principal, request }: Caller, now: Date): Map<string, string | readonly string[]> {
  const context = factsContext(request, now);
  context.set('aws:principalarn', principalArn(principal));
  context.set('aws:principalaccount', principal.account);
  context.set('aws:principaltype', PRINCIPAL_TYPES[principal.kind]);
  context.set('aws:userid', principal.userId);
  context.set('aws:principalisawsservice', 'false');
  if (principal.kind === 'user') context.set('aws:username', principal.user.name);
  if (principal.session) addSession(context, principal.session);
  return context;
}

/** Those of them that say nothing of who asks. */
export function factsContext(request: RequestFacts, now: Date): Map<string, string | readonly string[]> {
  const context = new Map<string, string | readonly string[]>([
    ['aws:viaawsservice', String(request.viaService !== undefined)],
    ['aws:securetransport', String(request.isSecure)],
    ['aws:currenttime', now.toISOString()],
    ['aws:epochtime', String(Math.floor(now.getTime() / 1_000))],
    ['aws:requestedregion', request.region],
  ]);
  const put = (key: string, value: string | undefined) => {
    if (value !== undefined) context.set(key, value);
  };
  put('aws:sourceip', request.viaService === undefined ? request.sourceIp : undefined);
  put('aws:useragent', request.userAgent);
  put('aws:referer', request.referer);
  return context;
}

function addSession(context: Map<string, string | readonly string[]>, session: Session): void {
  context.set('aws:tokenissuetime', session.issuedAt.toISOString());
  context.set('aws:multifactorauthpresent', 'false');
  if (session.sourceIdentity !== undefined) context.set('aws:sourceidentity', session.sourceIdentity);
  if (session.federatedProvider !== undefined) context.set('aws:federatedprovider', session.federatedProvider);
}

/** A role's own ARN, with its path, stands for its sessions. */
function principalArn(principal: Principal): string {
  return principal.kind === 'role-session' ? principal.role.arn : principal.arn;
}

/** `extra` in front of what the request has. */
export function withKeys(context: Context, extra: Iterable<readonly [string, string | readonly string[]]>): Context {
  return new Map([...context, ...Array.from(extra, ([key, value]) => [key.toLowerCase(), value] as const)]);
}
