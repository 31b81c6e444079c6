import type { Writing } from '../storage/metadata/port.ts';
import type { World } from '../world.ts';

/** Uses that come sooner after the last one that was written down are not written down. */
const WRITTEN_EACH_MS = 60_000;
const KEPT_AT_MOST = 10_000;

/** When a use of a key or role was last written down by this process, by its id. */
const written = new WeakMap<World['metadata'], Map<string, number>>();

/**
 * Takes down that what has this id was used: at most once a minute, and behind the request, which neither waits for it
 * nor fails with it.
 */
export function writeDownUse(
  { metadata, clock, log }: Pick<World, 'metadata' | 'clock' | 'log'>,
  id: string,
  write: (tx: Writing, at: number) => Promise<void>,
): void {
  const at = clock.now().getTime();
  const known = written.getOrInsertComputed(metadata, () => new Map());
  const last = known.get(id);
  if (last !== undefined && at - last < WRITTEN_EACH_MS) return;
  if (known.size >= KEPT_AT_MOST) known.clear();
  known.set(id, at);
  metadata.write((tx) => write(tx, at)).catch((err: unknown) => log.debug({ err, id }, 'use not written down'));
}
