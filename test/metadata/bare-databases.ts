// Databases without tables, in which migrations are done one by one.
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import { Client } from 'pg';
import { kyselyOver } from '../../src/storage/metadata/postgres-kysely.ts';
import { kyselyOn } from '../../src/storage/metadata/sqlite-kysely.ts';

export interface BareDatabase {
  readonly db: Kysely<unknown>;
  close(): Promise<void>;
}

/** In memory. */
export function bareSqlite(): BareDatabase {
  const file = new DatabaseSync(':memory:');
  const db = kyselyOn({
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const rows = file.prepare(sql).all(...(parameters as SQLInputValue[]));
      return { rows: rows.map((it) => ({ ...it })) as R[] };
    },
    async *streamQuery() {},
  }) as unknown as Kysely<unknown>;
  return {
    db,
    async close() {
      file.close();
    },
  };
}

export async function barePostgres(url: string): Promise<BareDatabase> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const db = kyselyOver(async ({ sql, parameters }) => client.query(sql, [...parameters]));
  return { db: db as unknown as Kysely<unknown>, close: () => client.end() };
}
