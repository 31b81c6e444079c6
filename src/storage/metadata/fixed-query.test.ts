import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { fixedQuery, isOn } from './fixed-query.ts';
import type { Tables } from './tables.ts';

const DIALECTS = {
  sqlite: { Adapter: SqliteAdapter, Introspector: SqliteIntrospector, QueryCompiler: SqliteQueryCompiler },
  postgres: { Adapter: PostgresAdapter, Introspector: PostgresIntrospector, QueryCompiler: PostgresQueryCompiler },
};

let asked: Pick<CompiledQuery, 'sql' | 'parameters'>[];
beforeEach(() => {
  asked = [];
});

/** Answers each query with one row, and keeps what it was asked. */
const connection: DatabaseConnection = {
  async executeQuery<R>({ sql, parameters }: CompiledQuery) {
    asked.push({ sql, parameters });
    return { rows: [{ answer: asked.length }] as R[] };
  },
  streamQuery() {
    throw new Error('not asked for');
  },
};

function databaseOf(dialect: keyof typeof DIALECTS): Kysely<Tables> {
  const { Adapter, Introspector, QueryCompiler } = DIALECTS[dialect];
  class OnConnection extends DummyDriver {
    override acquireConnection(): Promise<DatabaseConnection> {
      return Promise.resolve(connection);
    }
  }
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new Adapter(),
      createDriver: () => new OnConnection(),
      createIntrospector: (db) => new Introspector(db),
      createQueryCompiler: () => new QueryCompiler(),
    },
  });
}

let built = 0;
const twice = fixedQuery<{ answer: number }, [first: string, second: number]>((first, second) => {
  built += 1;
  return sql`select ${second}, ${first}, ${second}`;
});

test('its text is made once for each dialect, and parameters go where they stand in it', async () => {
  const [sqlite, postgres] = [databaseOf('sqlite'), databaseOf('postgres')];
  expect(await twice(sqlite, 'a', 1)).toEqual([{ answer: 1 }]);
  expect(await twice(sqlite, 'b', 2)).toEqual([{ answer: 2 }]);
  await twice(postgres, 'c', 3);
  await postgres.transaction().execute((tx) => twice(tx, 'd', 4));
  expect(asked).toEqual([
    { sql: 'select ?, ?, ?', parameters: [1, 'a', 1] },
    { sql: 'select ?, ?, ?', parameters: [2, 'b', 2] },
    { sql: 'select $1, $2, $3', parameters: [3, 'c', 3] },
    { sql: 'select $1, $2, $3', parameters: [4, 'd', 4] },
  ]);
  expect(built).toBe(2);
});

test('where a connection is known it is asked at once', async () => {
  const database = databaseOf('sqlite');
  isOn(database, {
    ...connection,
    executeQuery: async <R>() => ({ rows: [{ answer: 42 }] as R[] }),
  });
  expect(await twice(database, 'a', 1)).toEqual([{ answer: 42 }]);
  expect(asked).toEqual([]);
});

test('a value that is no parameter is refused: it would be that of the first request for ever', async () => {
  const wrong = fixedQuery<object, [name: string]>((name) => sql`select ${name}, ${'a value'}`);
  await expect(wrong(databaseOf('sqlite'), 'a')).rejects.toThrow('no values but its parameters: select ?, ?');
});
