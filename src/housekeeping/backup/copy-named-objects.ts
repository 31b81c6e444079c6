import type { BlobStore } from '../../storage/blobs/port.ts';
import type { CopiedObject, DatabaseCopy } from '../../storage/metadata/copy-sqlite.ts';
import type { World } from '../../world.ts';
import { copyObject } from '../copy-object.ts';
import type { OnProgress } from '../copy-progress.ts';
import { readWhole } from '../fsck/read-whole.ts';
import { severalAtOnce } from '../fsck/several-at-once.ts';

const AT_ONCE = 4;
const PAGE = 500;

export interface CopyingObjects {
  readonly from: BlobStore;
  readonly to: BlobStore;
  /** Its rows say which objects there are to be. */
  readonly copy: DatabaseCopy;
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
 * Brings every object that the copy of the database names into the store `to`. One that `from` has lost but `to` still
 * has counts as there; one that neither has counts as lost in the copy.
 */
export async function copyNamedObjects(
  { hashing }: Pick<World, 'hashing'>,
  { from, to, copy, before, total, signal, onProgress, page = PAGE }: CopyingObjects,
): Promise<CopiedObjects> {
  const stored = new Map<string, number>();
  for await (const { key, sizeInBytes } of to.list()) stored.set(key, sizeInBytes);
  const copied = { objects: 0, bytes: 0 };
  let lost = 0;
  let done = 0;

  async function isThere(object: CopiedObject): Promise<boolean> {
    const size = stored.get(object.key);
    if (size === undefined) return false;
    // The list is of names and sizes; that an object is right was seen when the copy before was made. What a run that
    // was cut off has left is read.
    if (size === object.size && before?.findLive(object.key)) return true;
    const draft = { key: object.key, size, state: '' };
    const whole = await readWhole({ blobs: to, hashing }, object.key, object.digest);
    if (whole.kind === 'read' && whole.digest === object.digest) {
      await to.complete(draft);
      return true;
    }
    await to.discard(draft);
    return false;
  }

  async function bring(object: CopiedObject): Promise<boolean> {
    if (await isThere(object)) return true;
    const outcome = await copyObject({ from, to, hashing }, object, { ...(signal && { signal }) });
    if (outcome !== 'copied') return false;
    copied.objects += 1;
    copied.bytes += object.size;
    return true;
  }

  for (let after = ''; ; ) {
    const objects = copy.objectsAfter(after, page);
    await severalAtOnce(objects, AT_ONCE, async (object) => {
      signal?.throwIfAborted();
      const state = (await bring(object)) ? 'live' : 'lost';
      if (state === 'lost') lost += 1;
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
