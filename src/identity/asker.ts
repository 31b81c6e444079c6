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
