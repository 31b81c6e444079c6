import type { Decision, PolicyRequest, PolicySet } from './types.ts';

/** Whether the request is allowed. Scaffold: the account's root alone. */
export function decide(request: PolicyRequest, _policies: PolicySet): Decision {
  const { asker, resource } = request;
  const isAllowed = asker.kind === 'root' && asker.account === resource.account;
  const by = isAllowed ? 'root' : asker.account === resource.account ? 'identity' : 'resource';
  return { isAllowed, isExplicit: false, by, statements: [] };
}
