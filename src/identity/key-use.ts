import { setKeyUse } from '../storage/metadata/user-keys.ts';
import type { World } from '../world.ts';
import { writeDownUse } from './write-down.ts';

/** Takes down that a long-term key signed a request, for GetAccessKeyLastUsed: see `writeDownUse`. */
export function noteKeyUse(
  world: Pick<World, 'metadata' | 'clock' | 'log'>,
  { accessKeyId, service, region }: { readonly accessKeyId: string; readonly service: string; readonly region: string },
): void {
  writeDownUse(world, accessKeyId, (tx, at) => setKeyUse(tx, accessKeyId, { at, service, region }));
}
