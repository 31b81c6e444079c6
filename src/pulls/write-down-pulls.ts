import { addPulls } from '../storage/metadata/image-pulls.ts';
import type { Writing } from '../storage/metadata/port.ts';
import { pullTimeExclusionsOf } from '../storage/metadata/pull-time-exclusions.ts';
import type { ImagePullRow } from '../storage/metadata/tables.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import type { CountedPulls } from './port.ts';

const WRITTEN_AT_ONCE = 500;

/**
 * Writes down what was pulled until now. Pulls of excluded principals count, and leave the time as it is: who is
 * excluded is read here, once for all of them. What cannot be written waits for the next time.
 */
export async function writeDownPulls({
  metadata,
  pulls,
  log,
}: Pick<World, 'metadata' | 'pulls' | 'log'>): Promise<void> {
  const { counted, dropped } = pulls.take();
  if (dropped > 0) log.warn({ pulls: dropped }, 'pulls were not counted: too many waited to be written down');
  for (let done = 0; done < counted.length; done += WRITTEN_AT_ONCE) {
    const some = counted.slice(done, done + WRITTEN_AT_ONCE);
    await metadata
      .write(async (tx) => addPulls(tx, rowsOf(some, await exclusionsOf(tx, some))), { isBulk: true })
      .catch((error: unknown) => {
        pulls.putBack(counted.slice(done));
        throw error;
      });
  }
}

/** The excluded principals of each registry. */
async function exclusionsOf(tx: Writing, some: readonly CountedPulls[]): Promise<Map<string, Set<string>>> {
  const excluded = new Map<string, Set<string>>();
  for (const { registry } of some) {
    const key = keyOf(registry);
    if (!excluded.has(key)) excluded.set(key, await pullTimeExclusionsOf(tx, registry));
  }
  return excluded;
}

/** One row for all principals that pulled an image by a tag. */
function rowsOf(some: readonly CountedPulls[], excluded: ReadonlyMap<string, ReadonlySet<string>>): ImagePullRow[] {
  const rows = new Map<string, ImagePullRow>();
  for (const { registry, repositoryId, digest, tag = '', principalArn, pulls, at } of some) {
    const key = `${repositoryId} ${digest} ${tag}`;
    const known = rows.get(key);
    const last = excluded.get(keyOf(registry))?.has(principalArn) ? 0 : at.getTime();
    rows.set(key, {
      repository_id: repositoryId,
      digest,
      tag,
      pulls: pulls + (known?.pulls ?? 0),
      last_pulled_at: Math.max(last, known?.last_pulled_at ?? 0),
    });
  }
  return [...rows.values()];
}

function keyOf({ account, region }: RegistryId): string {
  return `${account} ${region}`;
}
