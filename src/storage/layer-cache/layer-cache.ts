import type { ByteRange } from '../../values/byte-range.ts';
import type { Clock, Ids, Log } from '../../world.ts';
import { FileBytes } from '../blobs/file-bytes.ts';
import { cacheFolder, lengthOf, NoRoom, nameOf } from './cache-folder.ts';
import { Fill, type Waiting } from './fill.ts';
import { FillingBytes } from './filling-bytes.ts';
import type { LayerCache } from './port.ts';

/** No single run may have more of the cache: it would push out all others. */
const LARGEST_RUN = 1 / 4;
/** So much a process adds before it looks what others have added. */
const UNSEEN = 1 / 16;
/** A disk that fails does so for each pull. */
const WARN_EACH_MS = 60_000;

export interface LayerCacheOptions {
  /** Made if it is not there. Several processes may share it. */
  readonly folder: string;
  /** What it may take, in bytes. Processes that share a folder may together exceed it by a sixteenth each for a moment. */
  readonly bytes: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/**
 * Keeps what was read from the store whole in a folder, as it was stored: sealed. What was not read for longest goes
 * first. A disk that is full, slow or broken costs the cache its use, and no pull.
 *
 * @throws when the folder cannot be made or read
 */
export async function openLayerCache({ bytes, log, ...options }: LayerCacheOptions): Promise<LayerCache> {
  const folder = await cacheFolder(options.folder, options);
  const fills = new Map<string, Fill>();
  const waiting: Waiting = { bytes: 0 };
  const count = { hits: 0, misses: 0, kept: 0, notKept: 0 };
  let present = await folder.trim(bytes, 0);
  let unseen = 0;
  /** What the fills that are under way will take. */
  let promised = 0;
  let isClosed = false;
  /** Removals, each behind the one before. */
  let tidying = Promise.resolve();

  let warnedAt = Number.NEGATIVE_INFINITY;
  const failed = (err: unknown, what: string) => {
    const now = options.clock.now().getTime();
    if (now - warnedAt < WARN_EACH_MS) return;
    warnedAt = now;
    log.warn({ err, folder: options.folder }, what);
  };
  const tidy = (work: () => Promise<unknown>) => {
    tidying = tidying.then(work).then(
      () => undefined,
      (error: unknown) => failed(error, 'layer cache could not be tidied'),
    );
  };
  let isTrimDue = false;
  const trimSoon = (needed: number) => {
    if (isTrimDue) return;
    isTrimDue = true;
    tidy(async () => {
      isTrimDue = false;
      present += unseen;
      unseen = 0;
      present = await folder.trim(bytes, promised + needed);
    });
  };

  const begin = (key: string, run: ByteRange) => {
    const fill = new Fill({ folder, key, run, waiting });
    fills.set(nameOf(key, run), fill);
    promised += lengthOf(run);
    void fill.over.then(({ isKept, error }) => {
      fills.delete(nameOf(key, run));
      promised -= lengthOf(run);
      count[isKept ? 'kept' : 'notKept'] += 1;
      if (error !== undefined) failed(error, 'layer could not be kept in the cache');
      if (isKept) unseen += lengthOf(run);
      if (unseen >= bytes * UNSEEN || error instanceof NoRoom) trimSoon(lengthOf(run));
    });
    return fill;
  };
  const mayKeep = (key: string, range: ByteRange, run: ByteRange) => {
    const length = lengthOf(run);
    if (isClosed || range.first !== run.first || range.last !== run.last) return false;
    if (length > bytes * LARGEST_RUN || fills.has(nameOf(key, run))) return false;
    if (present + unseen + promised + length <= bytes) return true;
    // For the next one.
    trimSoon(length);
    return false;
  };
  const settled = async () => {
    while (fills.size > 0) await Promise.all([...fills.values()].map((it) => it.over));
    await tidying;
  };

  return {
    over: (store) => ({
      async read(key, range, run) {
        const file = await folder.open(key, run).catch((error: unknown) => {
          failed(error, 'layer cache could not be read');
          return undefined;
        });
        if (file !== undefined) {
          count.hits += 1;
          return new FileBytes(file, { start: range.first - run.first, end: range.last - run.first + 1 });
        }
        count.misses += 1;
        const stored = await store.read(key, range);
        return stored && mayKeep(key, range, run) ? new FillingBytes(stored, begin(key, run)) : stored;
      },
      forget(key, run) {
        const fill = fills.get(nameOf(key, run));
        fill?.abandon();
        tidy(async () => {
          await fill?.over;
          await folder.remove(key, run);
        });
      },
    }),
    figures: () => ({ ...count, bytes: present + unseen }),
    settled,
    async close() {
      isClosed = true;
      for (const it of fills.values()) it.abandon();
      await settled();
    },
  };
}
