import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { expect, test } from 'vitest';
import { compiledOnce, insertionOf, KEPT_AT_MOST } from './compiled-once.ts';
import type { Writing } from './port.ts';
import { kyselyOn } from './sqlite-kysely.ts';
import type { Tables } from './tables.ts';

const KINDS: Record<string, Writing> = {
  SQLite: kyselyOn({} as never) as Writing,
  PostgreSQL: new Kysely<Tables>({
    dialect: {
      createDriver: () => new DummyDriver(),
      createAdapter: () => new PostgresAdapter(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }) as Writing,
};

const tagRow = (i: number) => ({ repository_id: 'r', tag: `t${i}`, digest: `d${i}`, updated_at: i });

test.each(Object.entries(KINDS))('rows are inserted by the text that Kysely has for them, on %s', (_, tx) => {
  for (const count of [1, 3, 3, 7, 3]) {
    const rows = Array.from({ length: count }, (_, i) => tagRow(count * 10 + i));
    const { sql, parameters } = tx.insertInto('tags').values(rows).compile();
    expect(insertionOf(tx, 'tags', rows)).toMatchObject({ sql, parameters });
  }
});

test.each(Object.entries(KINDS))('a text is made once for each number of values, on %s', (_, tx) => {
  let built = 0;
  const query = (digests: readonly string[]) =>
    compiledOnce(tx, 'a test', ['r', ...digests], () => {
      built += 1;
      return tx.selectFrom('tags').select('tag').where('repository_id', '=', 'r').where('digest', 'in', digests);
    });
  const [one, another, more] = [query(['a', 'b']), query(['c', 'd']), query(['a', 'b', 'c'])];
  expect(built).toBe(2);
  expect(another.sql).toBe(one.sql);
  expect(another.parameters).toEqual(['r', 'c', 'd']);
  expect(more.sql).not.toBe(one.sql);
});

test('no more texts are kept than that, and the latest are', () => {
  const { SQLite: tx } = KINDS as { SQLite: Writing };
  let built = 0;
  const query = (name: string) =>
    compiledOnce(tx, name, ['t'], () => {
      built += 1;
      return tx.selectFrom('tags').select('digest').where('tag', '=', 't');
    });
  query('the first');
  for (let i = 1; i < KEPT_AT_MOST; i++) query(`number ${i}`);
  query('the first');
  expect(built).toBe(KEPT_AT_MOST);
  query('one more');
  query('number 1');
  expect(built).toBe(KEPT_AT_MOST + 1);
  query('the first');
  expect(built).toBe(KEPT_AT_MOST + 2);
});

test('nothing is kept of a statement whose parameters are not what was said', () => {
  const { SQLite: tx } = KINDS as { SQLite: Writing };
  const query = (tag: string) =>
    compiledOnce(tx, 'another test', [tag], () =>
      tx.selectFrom('tags').select('tag').where('tag', '=', tag).where('repository_id', '=', tag),
    );
  expect(query('a').parameters).toEqual(['a', 'a']);
  expect(query('b').parameters).toEqual(['b', 'b']);
});

test('rows that do not all have the same columns are inserted as Kysely does it', () => {
  const { SQLite: tx } = KINDS as { SQLite: Writing };
  const even = { ...tagRow(1), index_digest: 'x' };
  insertionOf(tx, 'tags', [even, even] as never);
  for (const uneven of [
    [tagRow(1), even],
    [even, tagRow(1)],
    [{ ...even, index_digest: undefined }, even],
  ]) {
    const { sql, parameters } = tx.insertInto('tags').values(uneven).compile();
    expect(insertionOf(tx, 'tags', uneven)).toMatchObject({ sql, parameters });
  }
});
