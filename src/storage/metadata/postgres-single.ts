import { type Client, type Connection, Query, type QueryResult } from 'pg';
import { PostgresFailure } from './postgres-failure.ts';

/** All that is asked and set when a transaction begins, for this one. */
const GUARD = `SELECT pg_is_in_recovery() AS is_standby, pg_backend_pid() AS process,
  set_config('transaction_read_only', 'on', true), set_config('statement_timeout', $1, true)`;
/** A server keeps plans in the memory of each connection. */
const KEPT_AT_MOST = 100;

export interface Single {
  readonly text: string;
  readonly values: readonly unknown[];
  /** How long the server works on it. */
  readonly statementMs: number;
  /** Whether the server may be asked to keep it. */
  readonly mayKeep: boolean;
}

/**
 * Statements that only read, each a transaction by itself, in one message with what guards it. Where the server itself is
 * at the other end it keeps them parsed and planned, which is more work than most reads.
 */
export class SingleStatements {
  readonly #client: Client;
  /** The names that statements are kept under. */
  readonly #names = new Map<string, string>();
  #named = 0;
  #isServer = false;
  #keepsGuard = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /** @throws PostgresFailure when the server is a standby; what `pg` throws */
  async run({ text, values, statementMs, mayKeep }: Single): Promise<QueryResult> {
    const keeps = mayKeep && this.#isServer;
    const guard = {
      name: (keeps && this.#nameOf(GUARD)) || '',
      values: [String(statementMs)],
      isParsed: keeps && this.#keepsGuard,
    };
    const name = keeps ? this.#nameOf(text) : undefined;
    const statement = { text, values: [...values], name, queryMode: 'extended' };
    const [facts, answer] = await this.#send(statement, guard);
    this.#keepsGuard ||= keeps;

    const { is_standby: isStandby, process } = facts.rows[0] ?? {};
    if (isStandby === true) throw new PostgresFailure('the server is a standby', { kind: 'gone' });
    // A pooler gives each transaction another connection of its own, and the client a number that it made up.
    const { processID } = this.#client as Client & { readonly processID: unknown };
    this.#isServer = process === processID;
    return answer;
  }

  #send(
    statement: ConstructorParameters<typeof Query>[0],
    guard: Guard,
  ): Promise<readonly [guard: QueryResult, answer: QueryResult]> {
    return new Promise((resolve, reject) => {
      const query = new Query(statement, (error, results: unknown) => {
        if (!error) return resolve(results as [QueryResult, QueryResult]);
        this.#forget();
        reject(error);
      });
      const submit = query.submit.bind(query);
      query.submit = (connection) => {
        connection.stream.cork();
        sendGuard(connection, guard);
        const failure = submit(connection);
        connection.stream.uncork();
        return failure;
      };
      this.#client.query(query);
    });
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= KEPT_AT_MOST) return known;
    this.#named += 1;
    const name = `berth_${this.#named}`;
    this.#names.set(text, name);
    return name;
  }

  /** After a failure nobody knows which were parsed before it. */
  #forget(): void {
    this.#names.clear();
    this.#keepsGuard = false;
  }
}

interface Guard {
  /** Empty where it is not kept. */
  readonly name: string;
  readonly values: string[];
  readonly isParsed: boolean;
}

function sendGuard(connection: Connection, { name, values, isParsed }: Guard): void {
  if (!isParsed) connection.parse({ name, text: GUARD, types: [] }, true);
  connection.bind({ statement: name, values }, true);
  connection.describe({ type: 'P', name: '' }, true);
  connection.execute({}, true);
}
