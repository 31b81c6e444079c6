import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Client, type QueryResult, types } from 'pg';
import { PostgresFailure, postgresFailure } from './postgres-failure.ts';
import { type Single, SingleStatements } from './postgres-single.ts';
import type { PostgresAddress, PostgresHost, PostgresTls } from './postgres-url.ts';

const INT8 = 20;
const FAREWELL_MS = 1_000;

/** One connection to the server. It is of no more use once a failure of kind `gone` was thrown. */
export class PostgresConnection {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #singles: SingleStatements;
  #isDead = false;

  constructor(client: Client, socket: Socket) {
    this.#client = client;
    this.#socket = socket;
    this.#singles = new SingleStatements(client);
    client.on('error', () => {
      this.#isDead = true;
    });
    client.on('end', () => {
      this.#isDead = true;
    });
  }

  /** Whether it can no longer be used. */
  get isBroken(): boolean {
    return this.#isDead;
  }

  /** Whether it may be lent again: it answered so far, and no transaction is left open on it. */
  get isClean(): boolean {
    return !this.#isDead && this.#client.getTransactionStatus() === 'I';
  }

  /**
   * Runs one query, or several in one message when it has no parameters; answers the result of the last. A server that
   * does not answer within `patienceMs` is given up.
   *
   * @throws PostgresFailure
   */
  async query(
    text: string,
    { values, patienceMs }: { readonly values?: readonly unknown[]; readonly patienceMs: number | undefined },
  ): Promise<QueryResult> {
    const timer = patienceMs === undefined ? undefined : setTimeout(() => this.destroy(), patienceMs);
    try {
      // Without a name: a pooler gives each transaction another connection, which knows none of ours.
      const answer: QueryResult | QueryResult[] = await this.#client.query(
        values === undefined ? text : { text, values: [...values] },
      );
      const last = Array.isArray(answer) ? answer.at(-1) : answer;
      if (last === undefined) throw new PostgresFailure('the server answered nothing', { kind: 'other' });
      return last;
    } catch (error) {
      throw this.#failure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Runs one statement that only reads, in a transaction of its own and in one message. A server that does not answer
   * within the time that it has for the statement is given up.
   *
   * @throws PostgresFailure
   */
  async queryAlone(single: Single): Promise<QueryResult> {
    const timer = setTimeout(() => this.destroy(), single.statementMs);
    try {
      return await this.#singles.run(single);
    } catch (error) {
      throw this.#failure(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it at once; whatever waits for an answer fails. */
  destroy(): void {
    this.#isDead = true;
    this.#socket.destroy(new Error('the server did not answer in time'));
  }

  /** Ends it in order, if the server lets it. */
  async end(): Promise<void> {
    if (this.#isDead) return;
    this.#isDead = true;
    const timer = setTimeout(() => this.#socket.destroy(), FAREWELL_MS);
    await this.#client.end();
    clearTimeout(timer);
  }

  #failure(error: unknown): PostgresFailure {
    const failure = postgresFailure(error, this.#isDead);
    if (failure.kind === 'gone') this.destroy();
    return failure;
  }
}

/**
 * Opens a connection to one host.
 *
 * @throws PostgresFailure
 */
export async function connect(address: PostgresAddress, place: PostgresHost): Promise<PostgresConnection> {
  const ssl = place.host.startsWith('/') ? false : await tlsOptions(address.tls);
  try {
    return await connectWith(address, place, ssl);
  } catch (error) {
    if (address.tls.mode === 'prefer' && hasNoTls(error)) return connectWith(address, place, false);
    throw error;
  }
}

async function connectWith(
  address: PostgresAddress,
  { host, port }: PostgresHost,
  ssl: ConnectionOptions | false,
): Promise<PostgresConnection> {
  const socket = new Socket();
  const client = new Client({
    host,
    port,
    ssl,
    database: address.database,
    user: address.user,
    // A function: for want of a string `pg` looks into the environment and the home folder.
    password: () => passwordOf(address),
    application_name: address.applicationName,
    stream: () => socket,
    keepAlive: true,
    types: { getTypeParser },
  });
  const connection = new PostgresConnection(client, socket);
  const timer = setTimeout(() => connection.destroy(), address.connectTimeoutMs);
  try {
    await client.connect();
    return connection;
  } catch (error) {
    connection.destroy();
    throw connectionFailure(error);
  } finally {
    clearTimeout(timer);
  }
}

function passwordOf({ password }: PostgresAddress): string {
  if (password !== undefined) return password;
  throw new PostgresFailure('the server asks for a password, and the URL has none', { kind: 'other' });
}

/** A certificate that is not trusted, or a server without TLS, is nothing that passes by itself. */
function connectionFailure(error: unknown): PostgresFailure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const passes = !/TLS|SSL|CERT|SIGNATURE|ISSUER/.test(code) && !hasNoTls(error);
  return postgresFailure(error, passes);
}

/** What `pg` says when the server answered that it has no TLS. */
function hasNoTls(error: unknown): boolean {
  return error instanceof Error && error.message.includes('does not support SSL');
}

/** Files are read for each connection, so that certificates may be renewed while Berth runs. */
async function tlsOptions(tls: PostgresTls): Promise<ConnectionOptions | false> {
  if (tls.mode === 'disable') return false;
  const verifies = tls.mode === 'verify-ca' || tls.mode === 'verify-full';
  return {
    rejectUnauthorized: verifies,
    ...(tls.mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    ...(tls.rootCertificate !== undefined && { ca: await contents('sslrootcert', tls.rootCertificate) }),
    ...(tls.certificate !== undefined && { cert: await contents('sslcert', tls.certificate) }),
    ...(tls.key !== undefined && { key: await contents('sslkey', tls.key) }),
  };
}

async function contents(word: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PostgresFailure(`${word} of the URL of the database cannot be read: ${why}`, { kind: 'other' });
  }
}

/** Numbers are numbers, however many bytes the database keeps them in; everything else is as `pg` has it. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: unknown) =>
  oid === INT8 && format !== 'binary' ? asNumber : types.getTypeParser(oid, 'text');

function asNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new Error(`the database holds ${text} where Berth counts to 2^53`);
}
