import type { Lease } from '../jobs/lease.ts';
import { bytesOfObjects, tallyOf } from '../storage/metadata/copy-rows.ts';
import { findFact, forgetFact, putFact } from '../storage/metadata/installation.ts';
import type { World } from '../world.ts';
import { CannotCopy } from './cannot-copy.ts';
import type { OnProgress } from './copy-progress.ts';
import { type CopyingObjects, copyObjects } from './migrate-storage/copy-objects.ts';
import { compareTables, copyRows, TABLES } from './migrate-storage/copy-rows.ts';
import { movedText, movingText, readText, unfinishedText } from './migrate-storage/facts.ts';
import { sharesStore } from './migrate-storage/shares-store.ts';
import { withoutCollection } from './without-collection.ts';

const MIB = 1024 * 1024;
/** What is copied while nobody can push: no more than this, unless pushes keep up with the copying. */
const FEW = { objects: 50, bytes: 64 * MIB };
const MOST_ROUNDS = 10;
const EVEN_SO = { evenIfReadOnly: true };

export interface MigrateOptions {
  /** How people find the target: what clients of the source are told afterwards. */
  readonly where: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface MigrateReport {
  readonly migration: string;
  /** Copied by this run. */
  readonly objects: number;
  readonly bytes: number;
  /** In all tables together, as counted on both sides. */
  readonly rows: number;
  /** Objects that the source had not whole: their layers count as lost until they are pushed again. */
  readonly lost: number;
  /** How long the source took no changes before the target was whole; 0 when an earlier run had come so far. */
  readonly readOnlyMs: number;
}

/**
 * Moves the installation `source` to the storage of `target`, which is empty or what an earlier call left. The source
 * serves pulls all the time, and pushes until little is left to be copied; then it takes no changes any more. It can be
 * cut off anywhere and called again. Afterwards the target is the installation.
 *
 * @throws CannotCopy when it cannot begin, or what came is not what there was
 */
export async function migrateStorage(source: World, target: World, options: MigrateOptions): Promise<MigrateReport> {
  const found = await lookAt(source, target);
  if (found.isDone) {
    const { migration } = found;
    await tellMoved(source, migration, options.where);
    return { migration, objects: 0, bytes: 0, rows: await compareTables({ source, target }), lost: 0, readOnlyMs: 0 };
  }
  if (found.isFresh) await target.metadata.write((tx) => putFact(tx, 'read-only', unfinishedText()), EVEN_SO);
  const isShared = await sharesStore(source, target);
  const { signal, onProgress } = options;
  const onWaiting = () => onProgress?.({ step: 'waiting for a collection to end' });
  return withoutCollection(source, { ...(signal && { signal }), onWaiting }, (lease) =>
    move({ source, target, lease, isShared, options }),
  );
}

interface Move {
  readonly source: World;
  readonly target: World;
  readonly lease: Lease;
  readonly isShared: boolean;
  readonly options: MigrateOptions;
}

async function move({ source, target, lease, isShared, options }: Move): Promise<MigrateReport> {
  const { signal } = lease;
  const lost = new Set<string>();
  const copied = { objects: 0, bytes: 0 };
  async function copyWhatIsMissing(step: string): Promise<{ objects: number; bytes: number }> {
    const onObject = await counting(source, step, options.onProgress);
    const copying: CopyingObjects = { source, target, sharesStore: isShared, lost, signal, onObject };
    const came = await copyObjects(copying);
    copied.objects += came.objects;
    copied.bytes += came.bytes;
    return came;
  }

  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const came = await copyWhatIsMissing(round === 1 ? 'copying layers' : 'copying layers that came meanwhile');
    if (came.objects <= FEW.objects && came.bytes <= FEW.bytes) break;
  }

  const { migration, since } = await stopChanges(source, lease);
  await copyWhatIsMissing('copying the last layers');
  const total = await rowsOf(source);
  let done = 0;
  const onRows = (rows: number) => {
    done += rows;
    options.onProgress?.({ step: 'copying the database', done, total, unit: 'rows' });
  };
  await copyRows({ source, target, migration, sharesStore: isShared, signal, onRows });
  options.onProgress?.({ step: 'comparing both sides' });
  const rows = await compareTables({ source, target });

  signal.throwIfAborted();
  // Nothing was collected in all that time.
  await source.metadata.write((tx) => lease.hold(tx), EVEN_SO);
  await target.metadata.write((tx) => forgetFact(tx, 'read-only'), EVEN_SO);
  await tellMoved(source, migration, options.where);
  const readOnlyMs = since === undefined ? 0 : source.clock.now().getTime() - since.getTime();
  return { migration, ...copied, rows, lost: lost.size, readOnlyMs };
}

/**
 * Lets the source take changes again, whether it has moved or not: what is pushed to it then is not in the target.
 * Answers what it had said; undefined when it was no migration that kept it from changes.
 */
export function abortMigration(source: Pick<World, 'metadata'>): Promise<'moving' | 'moved' | undefined> {
  return source.metadata.write(async (tx) => {
    const said = readText(await findFact(tx, 'read-only'));
    if (said === undefined) return undefined;
    if (said.state === 'unfinished') {
      throw new CannotCopy(
        'This is the target of a migration that has not come to its end, and holds only a part of a Berth. Go on with the migration, or remove this database.',
      );
    }
    await forgetFact(tx, 'read-only');
    return said.state;
  }, EVEN_SO);
}

/**
 * The id of the installation and its system key, wrapped: what a database that is to be its copy takes as its own.
 *
 * @throws CannotCopy in a database that was never served by a version that has both
 */
export async function installationOf({
  metadata,
}: Pick<World, 'metadata'>): Promise<{ id: string; systemKey: string }> {
  const found = await metadata.read(async (tx) => ({
    id: await findFact(tx, 'id'),
    systemKey: await findFact(tx, 'system-key'),
  }));
  const { id, systemKey } = found;
  if (id === undefined || systemKey === undefined) {
    throw new CannotCopy('This Berth has no id yet. Start it once with berth serve.');
  }
  return { id, systemKey };
}

/** What is found before anything is done. @throws CannotCopy when the two are not such as can be moved */
async function lookAt(
  source: World,
  target: World,
): Promise<{ isDone: true; migration: string } | { isDone: false; isFresh: boolean }> {
  const [here, there] = await Promise.all(
    [source, target].map((it) =>
      it.metadata.read(async (tx) => ({ id: await findFact(tx, 'id'), text: await findFact(tx, 'read-only') })),
    ),
  );
  if (here === undefined || there === undefined || here.id !== there.id) {
    throw new CannotCopy('The target belongs to another installation. Name an empty database and an empty storage.');
  }
  if (here.text !== undefined && here.text === there.text) {
    throw new CannotCopy('The target is this Berth itself, by another name. Name an empty database.');
  }
  const mine = readText(here.text);
  if (here.text !== undefined && (mine === undefined || mine.state === 'unfinished')) {
    throw new CannotCopy(`This Berth cannot be moved now: ${here.text}`);
  }
  const isUnfinished = readText(there.text)?.state === 'unfinished';
  const isEmpty = (await rowsOf(target)) === 0;
  // The last step at the target comes before the last at the source.
  if (there.text === undefined && !isEmpty && mine !== undefined) return { isDone: true, migration: mine.migration };
  if (mine?.state === 'moved') {
    throw new CannotCopy(`${here.text} Only after that can it be moved to yet another place.`);
  }
  if (!isUnfinished && !isEmpty) {
    throw new CannotCopy(
      'The target holds a copy of this Berth that was finished and may have changed since. Name an empty database and an empty storage.',
    );
  }
  return { isDone: false, isFresh: !isUnfinished };
}

/** From here on nobody changes the source. Answers since when, unless an earlier run has seen to it. */
async function stopChanges(source: World, lease: Lease): Promise<{ migration: string; since: Date | undefined }> {
  const fresh = source.ids.uuid();
  return source.metadata.write(
    async (tx) => {
      await lease.hold(tx);
      const said = readText(await findFact(tx, 'read-only'));
      if (said) return { migration: said.migration, since: undefined };
      await putFact(tx, 'read-only', movingText(fresh));
      return { migration: fresh, since: source.clock.now() };
    },
    // Whoever began to write before is waited for.
    { evenIfReadOnly: true, alone: true },
  );
}

function tellMoved(source: World, migration: string, where: string): Promise<void> {
  return source.metadata.write((tx) => putFact(tx, 'read-only', movedText(migration, where)), EVEN_SO);
}

async function counting(source: World, step: string, onProgress: OnProgress | undefined) {
  const total = await source.metadata.read(bytesOfObjects);
  let done = 0;
  return (sizeInBytes: number) => {
    done += sizeInBytes;
    onProgress?.({ step, done, total, unit: 'bytes' });
  };
}

async function rowsOf({ metadata }: Pick<World, 'metadata'>): Promise<number> {
  let rows = 0;
  for (const table of TABLES) rows += (await metadata.read((tx) => tallyOf(tx, table))).rows;
  return rows;
}
