import { setKeyUse } from '../storage/metadata/user-keys.ts';
import type { World } from '../world.ts';

/** Uses that come sooner after the last one that was written down are not written down. */
const WRITTEN_EACH_MS = 60_000;
const KEPT_AT_MOST = 10_000;

/** When the last use of a key was written down by this process. */
const written = new WeakMap<World['metadata'], Map<string, number>>();

/**
 * Takes down that a long-term key signed a request, for GetAccessKeyLastUsed: at most once a minute for each key, and
 * behind the request, which neither waits for it nor fails with it.
 */
export function noteKeyUse(
  { metadata, clock, log }: Pick<World, 'metadata' | 'clock' | 'log'>,
  { accessKeyId, service, region }: { readonly accessKeyId: string; readonly service: string; readonly region: string },
): void {
  const at = clock.now().getTime();
  const known = written.getOrInsertComputed(metadata, () => new Map());
  const last = known.get(accessKeyId);
  if (last !== undefined && at - last < WRITTEN_EACH_MS) return;
  if (known.size >= KEPT_AT_MOST) known.clear();
  known.set(accessKeyId, at);
  metadata
    .write((tx) => setKeyUse(tx, accessKeyId, { at, service, region }))
    .catch((err: unknown) => log.debug({ err }, 'use of an access key not written down'));
}
