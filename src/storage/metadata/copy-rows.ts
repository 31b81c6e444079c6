import { type RawBuilder, sql } from 'kysely';
import { chunks } from './chunks.ts';
import { COPIED_TABLES, type CopiedTable, type TableToCopy } from './copy-tables.ts';
import type { Reading, Writing } from './port.ts';

/** A row as the database has it, by its columns. */
export type CopiedRow = Readonly<Record<string, unknown>>;

/** Fewer than the 32,766 that SQLite takes in one statement, and the 65,535 of PostgreSQL. */
const PARAMETERS = 10_000;
/** Sums are taken of remainders: those of the numbers themselves may be more than a number holds. */
const REMAINDER = 1_000_003;

/** Up to a page of rows behind `after`, in the order of the key. */
export async function rowsAfter(tx: Reading, table: CopiedTable, after: CopiedRow | undefined): Promise<CopiedRow[]> {
  const { key, columns, page } = shapeOf(table);
  const behind = after ? sql`(${refs(key)}) > (${sql.join(key.map((it) => after[it]))})` : sql`1 = 1`;
  const { rows } = await sql<CopiedRow>`
    select ${refs(columns)} from ${sql.table(table)}
    where ${isCopied(table)} and ${behind} order by ${refs(key)} limit ${page}`.execute(tx);
  return rows;
}

/** The last row in the order of the key, as far as its key; undefined in an empty table. */
export async function lastRow(tx: Reading, table: CopiedTable): Promise<CopiedRow | undefined> {
  const { key } = shapeOf(table);
  const order = sql.join(key.map((it) => sql`${sql.ref(it)} desc`));
  const { rows } = await sql<CopiedRow>`
    select ${refs(key)} from ${sql.table(table)} where ${isCopied(table)} order by ${order} limit 1`.execute(tx);
  return rows[0];
}

export async function addRows(tx: Writing, table: CopiedTable, rows: readonly CopiedRow[]): Promise<void> {
  const { columns } = shapeOf(table);
  for (const some of chunks(rows, Math.floor(PARAMETERS / columns.length))) {
    const values = some.map((row) => sql`(${sql.join(columns.map((it) => row[it] ?? null))})`);
    await sql`insert into ${sql.table(table)} (${refs(columns)}) values ${sql.join(values)}`.execute(tx);
  }
}

/** Takes a page of rows away; false when there is none left. */
export async function removeRows(tx: Writing, table: CopiedTable): Promise<boolean> {
  const { key, page } = shapeOf(table);
  const result = await sql`
    delete from ${sql.table(table)} where (${refs(key)}) in
      (select ${refs(key)} from ${sql.table(table)} where ${isCopied(table)} limit ${page})`.execute(tx);
  return Number(result.numAffectedRows ?? 0) > 0;
}

export interface Tally {
  readonly rows: number;
  /** In the order of the table's `sums`. */
  readonly sums: readonly number[];
}

/** Counts the rows that are copied, and adds up their numbers. */
export async function tallyOf(tx: Reading, table: CopiedTable): Promise<Tally> {
  const { sums } = shapeOf(table);
  const added = sums.map(
    (it, i) => sql`, coalesce(sum(${sql.ref(it)} % ${sql.lit(REMAINDER)}), 0) as ${sql.ref(`sum${i}`)}`,
  );
  const { rows } = await sql<CopiedRow>`
    select count(*) as counted ${sql.join(added, sql` `)} from ${sql.table(table)} where ${isCopied(table)}`.execute(
    tx,
  );
  return { rows: Number(rows[0]?.['counted']), sums: sums.map((_, i) => Number(rows[0]?.[`sum${i}`])) };
}

/** Bytes of all objects. */
export async function bytesOfObjects(tx: Reading): Promise<number> {
  const { rows } = await sql<CopiedRow>`select coalesce(sum(size), 0) as total from objects`.execute(tx);
  return Number(rows[0]?.['total']);
}

/** Of the journal only what has gone: what is still to be removed are bytes where they lie, not where the copy is. */
function isCopied(table: CopiedTable): RawBuilder<unknown> {
  return table === 'collected_objects' ? sql`removed_at is not null` : sql`1 = 1`;
}

function shapeOf(table: CopiedTable): TableToCopy {
  return COPIED_TABLES[table];
}

function refs(columns: readonly string[]): RawBuilder<unknown> {
  return sql.join(columns.map((it) => sql.ref(it)));
}
