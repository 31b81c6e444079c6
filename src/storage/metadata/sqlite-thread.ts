import { Worker } from 'node:worker_threads';
import type { SqliteMessage, SqliteReply } from './sqlite-worker.ts';

/** The thread with a connection of its own that writes what is long. It keeps no process running. */
export class SqliteThread {
  readonly #worker: Worker;
  readonly #waiting: { resolve(reply: SqliteReply): void; reject(error: Error): void }[] = [];
  #dead: Error | undefined;

  constructor(path: string) {
    const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: path });
    worker.unref();
    this.#worker = worker;
    worker.on('message', (reply: SqliteReply) => {
      const waiting = this.#waiting.shift();
      if (this.#waiting.length === 0) worker.unref();
      waiting?.resolve(reply);
    });
    worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#fail(new Error('The thread that writes the database has ended')));
  }

  /** It has ended: another one is needed. */
  get isDead(): boolean {
    return this.#dead !== undefined;
  }

  #fail(error: Error): void {
    this.#dead ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }

  send(message: SqliteMessage): Promise<SqliteReply> {
    if (this.#dead) return Promise.reject(this.#dead);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(message);
    });
  }

  /** Ends it; what it was asked before is done. */
  async close(): Promise<void> {
    if (this.#dead) return;
    this.#worker.ref();
    await new Promise((resolve) => {
      this.#worker.once('exit', resolve);
      this.#worker.postMessage('close');
    });
  }
}
