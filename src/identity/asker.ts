import type { Asker } from '../policy/types.ts';
import type { Principal } from './principal.ts';

/** The principal as policies see him. */
export function askerOf(principal: Principal): Asker {
  const { account, arn } = principal;
  switch (principal.kind) {
    case 'root':
      return { kind: 'root', account, arn };
    case 'user':
      return { kind: 'user', account, arn, userId: principal.user.id };
    case 'role-session':
      return { kind: 'role-session', account, arn, role: principal.role };
    case 'federated-user':
      return { kind: 'federated-user', account, arn, user: principal.user };
  }
}

/**
 * Whose an upload is: nobody else goes on with it. By ids, so that a namesake made later does not get it; a session by
 * its name, so that it may be renewed in the midst of a push.
 */
export function uploadOwnerOf(principal: Principal): string {
  switch (principal.kind) {
    case 'root':
      return principal.account;
    case 'user':
      return principal.user.id;
    case 'role-session':
      return `${principal.role.id}:${principal.session.name}`;
    case 'federated-user':
      return `${principal.user.id}:${principal.session.name}`;
  }
}

/** Whose identity policies count: the user's or role's id; undefined of an account's root, who needs none. */
export function policyOwnerOf(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'root':
      return undefined;
    case 'role-session':
      return principal.role.id;
    case 'user':
    case 'federated-user':
      return principal.user.id;
  }
}
