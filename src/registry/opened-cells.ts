import { ownCopy } from '../values/own-copy.ts';
import type { World } from '../world.ts';

/** Bytes of opened manifests that are kept in memory, with what it takes to keep one. */
const KEPT_AT_MOST = 16 * 1024 * 1024;
const BESIDES = 512;
/** A cell ends with a tag that no other has. */
const TAG = 16;

interface Opened {
  readonly tag: Buffer;
  readonly bytes: Buffer;
  /** Whether nobody can take the key away: it is the registry's own. */
  readonly isFree: boolean;
}

interface Cache {
  readonly entries: Map<string, Opened>;
  size: number;
}

const caches = new WeakMap<World['metadata'], Cache>();

/**
 * What a cell opened to the last time. Cells are written once, so it is what it would open to now; whether its key may
 * be used now is for the caller to ask, unless the key is the registry's own.
 */
export function openedBefore({ metadata }: Pick<World, 'metadata'>, name: string, cell: Buffer): Opened | undefined {
  const known = caches.get(metadata)?.entries.get(name);
  return known?.tag.equals(cell.subarray(-TAG)) ? known : undefined;
}

/** Keeps what the cell opened to, the oldest going for it. */
export function keepOpened(
  { metadata }: Pick<World, 'metadata'>,
  name: string,
  { cell, bytes, isFree }: { readonly cell: Buffer; readonly bytes: Buffer; readonly isFree: boolean },
): void {
  if (bytes.length > KEPT_AT_MOST / 16) return;
  const cache = caches.getOrInsertComputed(metadata, () => ({ entries: new Map(), size: 0 }));
  forget(cache, name);
  cache.entries.set(name, { tag: ownCopy(cell.subarray(-TAG)), bytes: ownCopy(bytes), isFree });
  cache.size += bytes.length + BESIDES;
  for (const oldest of cache.entries.keys()) {
    if (cache.size <= KEPT_AT_MOST) return;
    forget(cache, oldest);
  }
}

function forget(cache: Cache, name: string): void {
  const known = cache.entries.get(name);
  if (!known) return;
  cache.size -= known.bytes.length + BESIDES;
  cache.entries.delete(name);
}
