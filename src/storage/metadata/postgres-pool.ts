import { DatabaseUnavailable, type StoreLog } from './port.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { isNoRoom } from './postgres-failure.ts';

/** How long the pool makes do with what it has after the server had no room for more. */
const MAKE_DO_MS = 5_000;

export interface PoolOptions {
  readonly connect: () => Promise<PostgresConnection>;
  /** How many connections there are at most. */
  readonly limit: number;
  readonly log: StoreLog;
}

interface Waiting {
  readonly go: () => void;
  readonly fail: (error: Error) => void;
}

/** Connections, each lent to one transaction at a time, to those that asked first before the others. */
export class PostgresPool {
  readonly #options: PoolOptions;
  readonly #idle: PostgresConnection[] = [];
  readonly #lent = new Set<PostgresConnection>();
  readonly #waiting: Waiting[] = [];
  /** Lent, or being opened. */
  #taken = 0;
  #room: number;
  #isClosed = false;
  #whenEmpty: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#room = options.limit;
  }

  /**
   * Lends a connection that is nobody else's until it is given back.
   *
   * @throws DatabaseUnavailable when none becomes free within `patienceMs`; PostgresFailure when none can be opened
   */
  async take(patienceMs: number): Promise<PostgresConnection> {
    if (this.#isClosed) throw new DatabaseUnavailable('The database was closed.');
    if (this.#taken < this.#room && this.#waiting.length === 0) this.#taken += 1;
    else await this.#turn(patienceMs);
    try {
      const connection = this.#idleOne() ?? (await this.#options.connect());
      this.#lent.add(connection);
      return connection;
    } catch (error) {
      if (isNoRoom(error)) this.#makeDo();
      this.#free();
      throw error;
    }
  }

  /**
   * Takes it back. One that was left inside a transaction is never lent again; nor are, once one broke, those that nobody
   * has borrowed: what broke it mostly broke them too, and each would be found out one by one.
   */
  giveBack(connection: PostgresConnection): void {
    this.#lent.delete(connection);
    if (connection.isBroken) for (const idle of this.#idle.splice(0)) idle.destroy();
    if (connection.isClean && !this.#isClosed) this.#idle.push(connection);
    else connection.destroy();
    this.#free();
  }

  /** Lends no more; resolves when everything that is lent has come back, or `patienceMs` have passed. */
  async close(patienceMs: number): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.fail(new DatabaseUnavailable('The database was closed.'));
    await Promise.all(this.#idle.splice(0).map((connection) => connection.end()));
    if (this.#taken === 0) return;
    const timer = setTimeout(() => {
      for (const connection of this.#lent) connection.destroy();
      this.#whenEmpty?.();
    }, patienceMs);
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
    clearTimeout(timer);
  }

  #idleOne(): PostgresConnection | undefined {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.isClean) return connection;
    }
    return undefined;
  }

  /** Waits until it is this caller's turn; the place that was freed is his then. */
  #turn(patienceMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        go() {
          clearTimeout(timer);
          resolve();
        },
        fail(error) {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        const { limit } = this.#options;
        reject(new DatabaseUnavailable(`None of ${limit} connections to the database became free in time.`));
      }, patienceMs).unref();
      this.#waiting.push(waiting);
    });
  }

  #free(): void {
    this.#taken -= 1;
    if (this.#taken === 0 && this.#isClosed) this.#whenEmpty?.();
    this.#admit();
  }

  #admit(): void {
    while (this.#taken < this.#room) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#taken += 1;
      next.go();
    }
  }

  #makeDo(): void {
    const { limit, log } = this.#options;
    if (this.#room < limit) return;
    this.#room = Math.max(1, this.#lent.size + this.#idle.length);
    log.warn({ connections: this.#room, limit }, 'database had no room for more connections');
    setTimeout(() => {
      this.#room = limit;
      this.#admit();
    }, MAKE_DO_MS).unref();
  }
}
