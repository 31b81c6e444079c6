import type { BlobStore } from '../../storage/blobs/port.ts';
import type { CopiedObject, DatabaseCopy } from '../../storage/metadata/copy-sqlite.ts';
import type { World } from '../../world.ts';
import { copyObject } from '../copy-object.ts';
import type { OnProgress } from '../copy-progress.ts';
import { severalAtOnce } from '../fsck/several-at-once.ts';
import type { Judge, Verdict } from '../judge.ts';
import { readStored } from './read-stored.ts';

const AT_ONCE = 4;
const PAGE = 500;

/** How bytes are told to be an object's. */
export interface Judging {
  judgeOf(object: CopiedObject): Promise<Judge>;
  isRight(object: CopiedObject, verdict: Verdict, sha256: string): boolean;
}

export interface CopyingObjects {
  readonly from: BlobStore;
  readonly to: BlobStore;
  /** Its rows say which objects there are to be. */
  readonly copy: DatabaseCopy;
  readonly judging: Judging;
  /** That of which `to` has been seen to hold every object. */
  readonly before?: DatabaseCopy | undefined;
  /** Bytes of all objects that the copy names. */
  readonly total: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  readonly page?: number;
}

export interface CopiedObjects {
  readonly copied: { readonly objects: number; readonly bytes: number };
  /** Keys in `to` that the copy does not name. */
  readonly strangers: readonly string[];
  /** Objects that neither store has whole. */
  readonly lost: number;
}

/**
 * Brings every object that the copy of the database names into the store `to`, as it is stored. One that `from` has lost
 * but `to` still has counts as there; one that neither has counts as lost in the copy. What the bytes are is noted in the
 * copy, so that they can be verified without a key.
 */
export async function copyNamedObjects(
  { hashing }: Pick<World, 'hashing'>,
  { from, to, copy, judging, before, total, signal, onProgress, page = PAGE }: CopyingObjects,
): Promise<CopiedObjects> {
  const stored = new Map<string, number>();
  for await (const { key, sizeInBytes } of to.list()) stored.set(key, sizeInBytes);
  const copied = { objects: 0, bytes: 0 };
  let lost = 0;
  let done = 0;

  /** The SHA-256 of what `to` has of the object; undefined when that is nothing, or nothing good. */
  async function findThere(object: CopiedObject): Promise<string | undefined> {
    const size = stored.get(object.key);
    if (size === undefined) return undefined;
    // The list is of names and sizes; that an object is right was seen when the copy before was made. What a run that
    // was cut off has left is read.
    const known = before?.findLive(object.key);
    if (size === object.storedSize && known?.storedSha256 !== undefined) return known.storedSha256;
    const draft = { key: object.key, size, state: '' };
    const judge = await judging.judgeOf(object);
    try {
      const whole = await readStored({ store: to, hashing }, object.key, judge);
      if (whole.kind === 'read' && judging.isRight(object, await judge.verdict(), whole.sha256)) {
        await to.complete(draft);
        return whole.sha256;
      }
    } finally {
      judge.dispose();
    }
    await to.discard(draft);
    return undefined;
  }

  async function bring(object: CopiedObject): Promise<string | undefined> {
    const there = await findThere(object);
    if (there !== undefined) return there;
    const outcome = await copyObject({ from, to, hashing }, object.key, {
      judge: await judging.judgeOf(object),
      isRight: (verdict, sha256) => judging.isRight(object, verdict, sha256),
      ...(signal && { signal }),
    });
    if (outcome.kind !== 'copied') return undefined;
    copied.objects += 1;
    copied.bytes += object.size;
    return outcome.sha256;
  }

  for (let after = ''; ; ) {
    const objects = copy.objectsAfter(after, page);
    await severalAtOnce(objects, AT_ONCE, async (object) => {
      signal?.throwIfAborted();
      const sha256 = await bring(object);
      const state = sha256 === undefined ? 'lost' : 'live';
      if (sha256 === undefined) lost += 1;
      else copy.noteStored(object.key, sha256);
      if (state !== object.state) copy.setState(object.key, state);
      done += object.size;
      onProgress?.({ step: 'copying layers', done, total, unit: 'bytes' });
    });
    for (const { key } of objects) stored.delete(key);
    const last = objects.at(-1);
    if (!last || objects.length < page) return { copied, lost, strangers: [...stored.keys()] };
    after = last.key;
  }
}
