import type { Principal } from '../principal.ts';

/** What is refused to a session whatever policies say: as one that is not known, or with a sentence. */
export type RefusedToSession = { readonly as: 'unknown' } | { readonly as: 'denied'; readonly reason: string };

/**
 * Whether temporary credentials may not be used for an operation at all. IAM User Guide, "Compare AWS STS credentials":
 * sessions that were made from a user's or root's key (GetSessionToken without MFA, GetFederationToken) do not reach IAM,
 * and of STS little; sessions of roles are free.
 */
export function whatSessionsMayNot(
  { kind, session }: Pick<Principal, 'kind' | 'session'>,
  { service, name }: { readonly service: string; readonly name: string },
): RefusedToSession | undefined {
  if (session === undefined || kind === 'role-session') return undefined;
  if (service === 'iam') return { as: 'unknown' };
  if (service !== 'sts') return undefined;
  const may = kind === 'federated-user' ? ['GetCallerIdentity'] : ['GetCallerIdentity', 'AssumeRole'];
  if (may.includes(name)) return undefined;
  return { as: 'denied', reason: `Cannot call ${name} with session credentials` };
}
