import { expireEvents } from '../audit/expire-events.ts';
import { leased, TAKEN } from '../jobs/lease.ts';
import type { World } from '../world.ts';
import { type CollectReport, collect } from './collect.ts';
import { expireUploads } from './expire-uploads.ts';

export interface HouseReport extends CollectReport {
  readonly uploadsEnded: number;
  readonly auditEventsExpired: number;
}

/** Whoever must not have bytes removed under it holds this lease. */
export const COLLECTION_LEASE = 'collect-garbage';

/** Ends idle uploads, forgets old audit events and collects garbage, unless another process is at it: then it answers `TAKEN`. */
export async function keepHouse(world: World, signal?: AbortSignal): Promise<HouseReport | typeof TAKEN> {
  const report = await leased(world, { name: COLLECTION_LEASE, ...(signal && { signal }) }, async (lease) => {
    const { uploadsEnded } = await expireUploads(world, { signal: lease.signal, lease });
    const auditEventsExpired = await expireEvents(world, lease.signal);
    return { uploadsEnded, auditEventsExpired, ...(await collect(world, { signal: lease.signal, lease })) };
  });
  if (report !== TAKEN) world.log.info({ job: COLLECTION_LEASE, ...report }, 'garbage collected');
  return report;
}
