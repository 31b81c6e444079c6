import type { ByteRange } from '../../values/byte-range.ts';
import type { Clock, Ids, Log } from '../../world.ts';
import { FileBytes } from '../blobs/file-bytes.ts';
import type { ObjectBytes } from '../blobs/port.ts';
import { cacheFolder, lengthOf, NoRoom, nameOf } from './cache-folder.ts';
import { Fill, type Waiting } from './fill.ts';
import { FillingBytes } from './filling-bytes.ts';
import { FollowingBytes } from './following-bytes.ts';
import type { LayerCache } from './port.ts';

/** No single run may have more of the cache: it would push out all others. */
const LARGEST_RUN = 1 / 4;
/** So much a process adds before it looks what others have added. */
const UNSEEN = 1 / 16;
const PATIENCE_MS = 1_000;
/** A disk that fails does so for each pull. */
const WARN_EACH_MS = 60_000;

type Store = Parameters<LayerCache['over']>[0];

export interface LayerCacheOptions {
  /** Made if it is not there. Several processes may share it. */
  readonly folder: string;
  /** What it may take, in bytes. Processes that share a folder may together exceed it by a sixteenth each for a moment. */
  readonly bytes: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** How long somebody who reads the same is followed before it is looked how fast he is. */
  readonly patienceMs?: number;
}

/**
 * Keeps what was read from the store whole in a folder, as it was stored: sealed. What was not read for longest goes
 * first. A disk that is full, slow or broken costs the cache its use, and no pull.
 *
 * @throws when the folder cannot be made or read
 */
export async function openLayerCache({
  bytes,
  log,
  patienceMs = PATIENCE_MS,
  ...options
}: LayerCacheOptions): Promise<LayerCache> {
  const folder = await cacheFolder(options.folder, options);
  const fills = new Map<string, Fill>();
  /** What the store answers to those whose bytes a fill writes down. */
  const answers = new WeakMap<Fill, Promise<ObjectBytes | undefined>>();
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
    if (isClosed || !isWhole(range, run)) return false;
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

  const openKept = (key: string, run: ByteRange) =>
    folder.open(key, run).catch((error: unknown) => {
      failed(error, 'layer cache could not be read');
      return undefined;
    });
  /** The file of a fill for somebody who wants the same bytes; undefined where there is none. @throws as the store did */
  const openFill = async (fill: Fill) => {
    if (!(await answers.get(fill))) return 'nothing';
    return fill.open().catch(() => undefined);
  };
  const readAndKeep = async (store: Store, key: string, run: ByteRange) => {
    // Begun before the store answers: whoever comes meanwhile can follow.
    const fill = begin(key, run);
    const answer = store.read(key, run);
    answers.set(fill, answer);
    const stored = await answer.catch((error: unknown) => {
      fill.abandon();
      throw error;
    });
    if (stored) return new FillingBytes(stored, fill);
    fill.abandon();
    return undefined;
  };

  return {
    over: (store) => ({
      async read(key, range, run) {
        const file = await openKept(key, run);
        if (file !== undefined) {
          count.hits += 1;
          return new FileBytes(file, { start: range.first - run.first, end: range.last - run.first + 1 });
        }
        const fill = isWhole(range, run) ? fills.get(nameOf(key, run)) : undefined;
        const filled = fill && (await openFill(fill));
        if (fill && typeof filled === 'object') {
          count.hits += 1;
          const rest = restOf(store, key, run);
          return new FollowingBytes({ fill, file: filled, length: lengthOf(run), patienceMs, rest });
        }
        count.misses += 1;
        if (filled === 'nothing') return undefined;
        return mayKeep(key, range, run) ? readAndKeep(store, key, run) : store.read(key, range);
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

/** Reads the run from a byte of it on. */
function restOf(store: Store, key: string, { first, last }: ByteRange): (from: number) => Promise<ObjectBytes> {
  return async (from) => {
    const bytes = await store.read(key, { first: first + from, last });
    if (!bytes) throw new Error(`the object ${key} was removed while it was being read`);
    return bytes;
  };
}

function isWhole(range: ByteRange, run: ByteRange): boolean {
  return range.first === run.first && range.last === run.last;
}
