import { type Compilable, CompiledQuery, type Insertable } from 'kysely';
import type { Reading, Writing } from './port.ts';
import type { Tables } from './tables.ts';

/** Texts that are kept of each kind of database: the latest. A text has some kilobytes. */
export const KEPT_AT_MOST = 300;

/** By the class of a database's adapter: the text of a statement hangs on nothing else. */
const texts = new Map<unknown, Map<string, string>>();

/**
 * What `build` compiles to, which has `parameters` for its own, in that order, and whose text hangs on `name` and their
 * number alone. It is built once: a tree of nodes for each of a thousand values costs more than what is done with them.
 */
export function compiledOnce<R>(
  tx: Reading,
  name: string,
  parameters: readonly unknown[],
  build: () => Compilable<R>,
): CompiledQuery<R> {
  const known = texts.getOrInsertComputed(tx.getExecutor().adapter.constructor, () => new Map<string, string>());
  const shape = `${name} ${parameters.length}`;
  const text = known.get(shape);
  if (text !== undefined) return CompiledQuery.raw(text, [...parameters]) as CompiledQuery<R>;
  const compiled = build().compile();
  // Not what was said: nothing is kept of it.
  const isSo =
    compiled.parameters.length === parameters.length && compiled.parameters.every((it, i) => it === parameters[i]);
  if (!isSo) return compiled;
  known.set(shape, compiled.sql);
  const [oldest = ''] = known.keys();
  if (known.size > KEPT_AT_MOST) known.delete(oldest);
  return compiled;
}

/** What a query compiles to, which may have been compiled before. */
export function compiledOf<R>(query: Compilable<R> | CompiledQuery<R>): CompiledQuery<R> {
  return 'compile' in query ? query.compile() : query;
}

/** Adds rows to a table. All have the same columns, none of which is left to the database; `finish` adds what follows them. */
export function insertionOf<T extends keyof Tables & string>(
  tx: Writing,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
  finish: (insertion: ReturnType<typeof insertionInto<T>>) => Compilable = (it) => it,
): CompiledQuery {
  const columns = Object.keys(rows[0] ?? {});
  const parameters: unknown[] = [];
  for (const row of rows as readonly Readonly<Record<string, unknown>>[]) {
    for (const column of columns) parameters.push(row[column]);
  }
  const build = () => finish(insertionInto(tx, table, rows));
  const isEven = !parameters.includes(undefined) && rows.every((it) => Object.keys(it).length === columns.length);
  return isEven ? compiledOnce(tx, `insert ${table} ${columns}`, parameters, build) : build().compile();
}

function insertionInto<T extends keyof Tables & string>(tx: Writing, table: T, rows: readonly Insertable<Tables[T]>[]) {
  return tx.insertInto(table).values([...rows]);
}
