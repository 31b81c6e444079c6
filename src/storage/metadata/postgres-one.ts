import { secondStatement } from './one-statement.ts';
import type { Reading } from './port.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { PostgresFailure } from './postgres-failure.ts';
import { kyselyOver } from './postgres-kysely.ts';
import { PATIENCE_MS } from './postgres-lending.ts';

/** Runs work that asks one statement, in one message: a statement is a snapshot by itself. */
export type ReadOne = <T>(connection: PostgresConnection, work: (tx: Reading) => Promise<T>) => Promise<T>;

const NOT_KEPT = [
  '26000', // invalid_sql_statement_name: it is not there
  '42P05', // duplicate_prepared_statement
];
/** feature_not_supported: a migration has given the table of a statement that was kept other columns. */
const OUTDATED = '0A000';

/**
 * It fails, to be tried again, when the server has not answered within the time that one is given up in: there is no
 * message before the statement that would show whether it lives.
 */
export function oneStatementReader(): ReadOne {
  let mayKeep = true;
  return (connection, work) => {
    let isUsed = false;
    const kysely = kyselyOver(async ({ sql: text, parameters: values }) => {
      if (isUsed) throw secondStatement();
      isUsed = true;
      try {
        const { rows } = await connection.queryAlone({ text, values, statementMs: PATIENCE_MS, mayKeep });
        return { rows };
      } catch (error) {
        if (!(error instanceof PostgresFailure)) throw error;
        const { message, code = '', kind } = error;
        // A pooler that does not show that it is one.
        if (NOT_KEPT.includes(code)) mayKeep = false;
        const isPassing = NOT_KEPT.includes(code) || code === OUTDATED || kind === 'slow';
        throw isPassing ? new PostgresFailure(message, { kind: 'conflict', code, cause: error }) : error;
      }
    });
    return work(kysely);
  };
}
