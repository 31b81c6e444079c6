import { countImages } from '../storage/metadata/images.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { World } from '../world.ts';

/** A count stands for so long, */
const STANDS_FOR_MS = 10_000;
/** where so many more are allowed: all nodes together would have to store a thousand images a second to get there by then. */
const FAR = 10_000;
const REPOSITORIES_AT_MOST = 10_000;

interface Counted {
  readonly at: number;
  readonly images: number;
}

const counts = new WeakMap<World['metadata'], Map<string, Counted>>();

/**
 * How many images the repository has, the ones of this transaction included; undefined where a count of a moment ago was
 * so far from the limit that it cannot be near. To count a hundred thousand takes milliseconds, of each push.
 */
export async function countNearLimit(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  tx: Writing,
  repositoryId: string,
  limit: number,
): Promise<number | undefined> {
  const known = counts.getOrInsertComputed(metadata, () => new Map());
  const now = clock.now().getTime();
  const last = known.get(repositoryId);
  if (last && Math.abs(now - last.at) < STANDS_FOR_MS && last.images <= limit - FAR) return undefined;
  const images = await countImages(tx, repositoryId);
  known.delete(repositoryId);
  known.set(repositoryId, { at: now, images });
  const [oldest] = known.keys();
  if (known.size > REPOSITORIES_AT_MOST && oldest !== undefined) known.delete(oldest);
  return images;
}
