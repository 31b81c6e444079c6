import type { Writing } from '../storage/metadata/port.ts';
import type { Change } from '../values/change.ts';
import type { World } from '../world.ts';

/**
 * Somebody for whom something follows from changes. What it writes commits with the changes' removal from the outbox, so
 * each is taken into account exactly once, in order. It awaits nothing but queries: what takes longer, or touches
 * anything but the database, is a job that it adds (`storage/metadata/jobs.ts`).
 */
export interface ChangeConsumer {
  readonly name: string;
  /** Takes the changes into account, oldest first. What it throws has them offered again, one by one. */
  consume(tx: Writing, changes: readonly Change[], world: Pick<World, 'clock' | 'ids' | 'rules'>): Promise<void>;
}
