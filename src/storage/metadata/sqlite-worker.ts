import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { prepareSqlite } from './sqlite-pragmas.ts';

/**
 * The thread that writes. Each commit waits for the disk, and the event loop must not: so the one connection that
 * writes lives here and is asked by message.
 */
export interface SqliteRequest {
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

/** What became of the last of several statements, or of the one, counted from 0, that failed and was the last to be run. */
export type SqliteReply =
  | { readonly rows: readonly unknown[]; readonly changes: number }
  | { readonly error: { readonly message: string; readonly errcode: number | undefined }; readonly at: number };

/** Runs one statement; rows for what returns rows, the number of changed rows for the rest. */
function run(statements: Map<string, StatementSync>, db: DatabaseSync, request: SqliteRequest): SqliteReply {
  let statement = statements.get(request.sql);
  if (!statement) {
    statement = db.prepare(request.sql);
    if (statements.size < 500) statements.set(request.sql, statement);
  }
  if (statement.columns().length > 0) {
    const rows = statement.all(...request.parameters);
    return { rows, changes: rows.length };
  }
  return { rows: [], changes: Number(statement.run(...request.parameters).changes) };
}

function failureOf(error: unknown, at: number): SqliteReply {
  const errcode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : undefined;
  return { error: { message: error instanceof Error ? error.message : String(error), errcode }, at };
}

function runAll(
  statements: Map<string, StatementSync>,
  db: DatabaseSync,
  requests: readonly SqliteRequest[],
): SqliteReply {
  let reply: SqliteReply = { rows: [], changes: 0 };
  for (const [at, request] of requests.entries()) {
    try {
      reply = run(statements, db, request);
    } catch (error) {
      return failureOf(error, at);
    }
  }
  return reply;
}

const port = parentPort;
if (port) {
  const db = new DatabaseSync(String(workerData));
  prepareSqlite(db);
  const statements = new Map<string, StatementSync>();
  port.on('message', (requests: readonly SqliteRequest[] | 'close') => {
    if (requests === 'close') {
      db.close();
      port.close();
      return;
    }
    port.postMessage(runAll(statements, db, requests));
  });
}
