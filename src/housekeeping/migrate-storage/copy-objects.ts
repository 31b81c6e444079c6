import type { SealingWorld } from '../../registry/sealing-keys.ts';
import { addArrived, noteArriving, statesOf } from '../../storage/metadata/copy-objects.ts';
import type { CopiedRow } from '../../storage/metadata/copy-rows.ts';
import { rowsAfter } from '../../storage/metadata/copy-rows.ts';
import type { ObjectRow } from '../../storage/metadata/tables.ts';
import type { World } from '../../world.ts';
import { copyObject } from '../copy-object.ts';
import { severalAtOnce } from '../fsck/several-at-once.ts';
import { isRight, judgeOf } from '../judge.ts';

const AT_ONCE = 8;
const DAY = 24 * 3_600_000;
/** Long after the next run has come by. */
const LEFTOVERS_MS = 30 * DAY;

type Side = SealingWorld & Pick<World, 'blobs' | 'hashing'>;

export interface CopyingObjects {
  readonly source: Side;
  readonly target: Side;
  /** Whether both have one store, so that the bytes are there already. */
  readonly sharesStore: boolean;
  /** Keys of objects that the source has not whole: filled as they are found, and not tried again. */
  readonly lost: Set<string>;
  readonly signal: AbortSignal;
  /** Told of each object that the target has, copied now or before. */
  readonly onObject: (sizeInBytes: number) => void;
}

/**
 * Brings every object of the source that the target does not have. A row in the target says that its bytes are there,
 * whole and verified: so nothing is copied twice, whenever this is cut off and run again.
 */
export async function copyObjects(copying: CopyingObjects): Promise<{ objects: number; bytes: number }> {
  const { source, target, lost, signal, onObject } = copying;
  const copied = { objects: 0, bytes: 0 };
  for (let after: CopiedRow | undefined; ; ) {
    signal.throwIfAborted();
    const page = await source.metadata.read((tx) => rowsAfter(tx, 'objects', after));
    const rows = page.map(asObject);
    const states = await target.metadata.read((tx) =>
      statesOf(
        tx,
        rows.map((it) => it.object_key),
      ),
    );
    const missing = rows.filter((row) => {
      const state = states.get(row.object_key);
      return state === undefined || (state === 'lost' && row.state === 'live' && !lost.has(row.object_key));
    });
    const gone = new Set(missing.map((it) => it.object_key));
    for (const row of rows) if (!gone.has(row.object_key)) onObject(row.size);
    const came = await bring(copying, missing);
    copied.objects += came.length;
    copied.bytes += came.reduce((sum, it) => sum + it.size, 0);
    after = page.at(-1);
    if (after === undefined) return copied;
  }
}

/** Copies the objects; answers those whose bytes came. */
async function bring(
  { source, target, sharesStore, lost, signal, onObject }: CopyingObjects,
  rows: readonly ObjectRow[],
): Promise<ObjectRow[]> {
  if (rows.length === 0) return [];
  const now = target.clock.now();
  const due = new Date(now.getTime() + LEFTOVERS_MS);
  const toCopy = rows.filter((it) => it.state === 'live' && !sharesStore);
  const begunBefore = await target.metadata.write((tx) => noteArriving(tx, toCopy, { now, due }), EVEN_SO);

  const arrived: ObjectRow[] = rows.filter((it) => it.state === 'lost' || sharesStore);
  const came: ObjectRow[] = [];
  const stores = { from: source.blobs, to: target.blobs, hashing: target.hashing };
  await severalAtOnce(toCopy, AT_ONCE, async (row) => {
    signal.throwIfAborted();
    const { object_key: key, size } = row;
    if (begunBefore.has(key)) await target.blobs.discard({ key, size: 0, state: '' });
    const judge = await judgeOf(source, row);
    const outcome = await copyObject(stores, key, { judge, isRight: (it) => isRight(row, it), signal });
    if (outcome.kind === 'copied') came.push(row);
    else lost.add(key);
    arrived.push({ ...row, state: outcome.kind === 'copied' ? 'live' : 'lost' });
    onObject(size);
  });
  await target.metadata.write((tx) => addArrived(tx, arrived), EVEN_SO);
  return came;
}

/** The target takes changes from nobody else until it is whole. */
const EVEN_SO = { evenIfReadOnly: true };

/** The columns were asked for one by one. */
function asObject(row: CopiedRow): ObjectRow {
  return row as unknown as ObjectRow;
}
