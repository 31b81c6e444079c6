// How a database goes about the queries of some work.
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Client } from 'pg';
import type { Writing } from '../../src/storage/metadata/port.ts';
import type { Tables } from '../../src/storage/metadata/tables.ts';

/** One query of the work, and what is wrong with the way in which the database would answer it. */
interface Explained {
  readonly query: string;
  readonly wrong: readonly string[];
}

export type Explain = (work: (tx: Writing) => Promise<unknown>) => Promise<Explained[]>;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Runs the work in a transaction that is rolled back. Wrong is a step that reads a whole table, and one that touches more
 * than `most` rows.
 */
export function explainPostgres(client: Client, most: number): Explain {
  return async (work) => {
    const explained: Explained[] = [];
    const execute = async ({ sql, parameters }: CompiledQuery) => {
      await client.query('savepoint before');
      const plan = await client.query(`explain (analyze, timing off, format json) ${sql}`, [...parameters]);
      await client.query('rollback to savepoint before');
      const wrong = stepsOf(plan.rows[0]['QUERY PLAN'][0].Plan).flatMap((step) => wrongIn(step, most));
      explained.push({ query: sql, wrong });
      const { rows, rowCount } = await client.query(sql, [...parameters]);
      return { rows, numAffectedRows: BigInt(rowCount ?? 0) };
    };
    await client.query('begin');
    try {
      await work(kyselyOn(execute, 'postgres'));
    } finally {
      await client.query('rollback');
    }
    return explained;
  };
}

function stepsOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(stepsOf)];
}

function wrongIn(step: PlanNode, most: number): string[] {
  const name = [step['Node Type'], step['Relation Name']].filter(Boolean).join(' on ');
  const loops = step['Actual Loops'] ?? 1;
  const removed = (step['Rows Removed by Filter'] ?? 0) + (step['Rows Removed by Join Filter'] ?? 0);
  const rows = Math.round(((step['Actual Rows'] ?? 0) + removed) * loops);
  if (step['Node Type'] === 'Seq Scan' && loops > 0) return [`${name}: the whole table`];
  return rows > most ? [`${name}: ${rows} rows`] : [];
}

/** The same for SQLite, which tells no numbers: wrong is a step that reads a whole table or index, or that sorts. */
export function explainSqlite(db: DatabaseSync): Explain {
  return async (work) => {
    const explained: Explained[] = [];
    const execute = async ({ sql, parameters }: CompiledQuery) => {
      const values = parameters as readonly SQLInputValue[];
      const steps = db.prepare(`explain query plan ${sql}`).all(...values);
      const wrong = steps
        .map((step) => String(step['detail']))
        .filter((it) => /^SCAN (?!CONSTANT ROW|\d+-ROW VALUES)|TEMP B-TREE/.test(it));
      explained.push({ query: sql, wrong });
      const rows = db.prepare(sql).all(...values);
      return { rows, numAffectedRows: 0n };
    };
    db.exec('begin');
    try {
      await work(kyselyOn(execute, 'sqlite'));
    } finally {
      db.exec('rollback');
    }
    return explained;
  };
}

type Execute = (query: CompiledQuery) => Promise<{ rows: unknown[]; numAffectedRows: bigint }>;

function kyselyOn(execute: Execute, kind: 'postgres' | 'sqlite'): Writing {
  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery) => (await execute(query)) as QueryResult<R>,
    streamQuery() {
      throw new Error('nothing is streamed');
    },
  };
  const driver: Driver = {
    init: async () => undefined,
    acquireConnection: async () => connection,
    beginTransaction: async () => undefined,
    commitTransaction: async () => undefined,
    rollbackTransaction: async () => undefined,
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  };
  const isPostgres = kind === 'postgres';
  const kysely = new Kysely<Tables>({
    dialect: {
      createDriver: () => driver,
      createAdapter: () => (isPostgres ? new PostgresAdapter() : new SqliteAdapter()),
      createIntrospector: (db) => (isPostgres ? new PostgresIntrospector(db) : new SqliteIntrospector(db)),
      createQueryCompiler: () => (isPostgres ? new PostgresQueryCompiler() : new SqliteQueryCompiler()),
    },
  });
  return kysely as unknown as Writing;
}
