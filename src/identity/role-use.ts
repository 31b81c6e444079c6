import { setRoleUse } from '../storage/metadata/roles.ts';
import type { World } from '../world.ts';
import type { Principal } from './principal.ts';
import { writeDownUse } from './write-down.ts';

/** Takes down that a session of a role made a request, for its RoleLastUsed: see `writeDownUse`. */
export function noteRoleUse(
  world: Pick<World, 'metadata' | 'clock' | 'log'>,
  principal: Principal,
  region: string,
): void {
  if (principal.kind !== 'role-session') return;
  const { id } = principal.role;
  writeDownUse(world, id, (tx, at) => setRoleUse(tx, id, { at, region }));
}
