import { addRows, type CopiedRow, lastRow, removeRows, rowsAfter, tallyOf } from '../../storage/metadata/copy-rows.ts';
import { COPIED_TABLES, type CopiedTable } from '../../storage/metadata/copy-tables.ts';
import { findFact, putFact } from '../../storage/metadata/installation.ts';
import type { World } from '../../world.ts';
import { CannotCopy } from '../cannot-copy.ts';
import { unfinishedText } from './facts.ts';
import { removeStrangers } from './remove-strangers.ts';

const EVEN_SO = { evenIfReadOnly: true };

export interface CopyingRows {
  readonly source: Pick<World, 'metadata'>;
  readonly target: Pick<World, 'metadata' | 'blobs'>;
  /** Whether both have one store. */
  readonly sharesStore: boolean;
  /** The one that the source takes no changes for. */
  readonly migration: string;
  readonly signal: AbortSignal;
  readonly onRows: (rows: number) => void;
}

/** Tables that are copied, each behind those that its foreign keys name. */
export const TABLES = Object.keys(COPIED_TABLES).filter((it): it is CopiedTable => it in COPIED_TABLES);

/**
 * Copies all rows but those of objects, which are there. The source takes no changes meanwhile, so that a run that was
 * cut off is gone on with where it ended. Rows of an earlier migration, which the source may have changed since, go
 * first.
 */
export async function copyRows(copying: CopyingRows): Promise<void> {
  const { target, migration } = copying;
  const rows = TABLES.filter((it) => it !== 'objects');
  const text = unfinishedText(migration);
  if ((await target.metadata.read((tx) => findFact(tx, 'read-only'))) !== text) {
    for (const table of rows.toReversed()) await clear(copying, table);
    await removeStrangers(copying);
    await target.metadata.write((tx) => putFact(tx, 'read-only', text), EVEN_SO);
  }
  for (const table of rows) await copyTable(copying, table);
}

async function copyTable({ source, target, signal, onRows }: CopyingRows, table: CopiedTable): Promise<void> {
  let after = await target.metadata.read((tx) => lastRow(tx, table));
  if (after) onRows((await target.metadata.read((tx) => tallyOf(tx, table))).rows);
  for (;;) {
    signal.throwIfAborted();
    const rows: CopiedRow[] = await source.metadata.read((tx) => rowsAfter(tx, table, after));
    if (rows.length === 0) return;
    await target.metadata.write((tx) => addRows(tx, table, rows), EVEN_SO);
    onRows(rows.length);
    after = rows.at(-1);
  }
}

async function clear({ target, signal }: CopyingRows, table: CopiedTable): Promise<void> {
  do signal.throwIfAborted();
  while (await target.metadata.write((tx) => removeRows(tx, table), EVEN_SO));
}

/**
 * Holds both sides against each other: numbers of rows and sums of each table.
 *
 * @throws CannotCopy when they differ
 */
export async function compareTables({ source, target }: Pick<CopyingRows, 'source' | 'target'>): Promise<number> {
  let rows = 0;
  for (const table of TABLES) {
    const [mine, theirs] = await Promise.all(
      [source, target].map((it) => it.metadata.read((tx) => tallyOf(tx, table))),
    );
    if (JSON.stringify(mine) !== JSON.stringify(theirs)) {
      throw new CannotCopy(
        `The table ${table} has ${mine?.rows} rows here and ${theirs?.rows} there, or other numbers in them (${mine?.sums} and ${theirs?.sums}). Somebody changed one of them meanwhile. Nothing was switched over: run berth migrate-storage --abort, look for who it was, and begin again with an empty target.`,
      );
    }
    rows += mine?.rows ?? 0;
  }
  return rows;
}
