import type { Principal } from '../identity/principal.ts';
import type { World } from '../world.ts';
import type { Pull } from './port.ts';

/**
 * Takes down that a manifest was pulled. It is written down every few seconds, and when the process ends; one that is
 * killed loses what it counted since.
 */
export function recordPull(
  { pulls, clock }: Pick<World, 'pulls' | 'clock'>,
  { principal, ...pull }: Omit<Pull, 'principalArn' | 'at'> & { readonly principal: Principal },
): void {
  pulls.count({ ...pull, principalArn: countsAs(principal), at: clock.now() });
}

/** A session counts as its role, as at ECR, and one of a user as the user. */
function countsAs(principal: Principal): string {
  switch (principal.kind) {
    case 'role-session':
      return principal.role.arn;
    case 'user':
    case 'federated-user':
      return principal.user.arn;
    case 'root':
      return principal.arn;
  }
}
