import { DatabaseUnavailable } from './port.ts';

/** Brings to the disk what is written to a file: one sync for all that was written before it began. */
export class SharedSync {
  readonly #sync: () => Promise<void>;
  readonly #onFailure: () => void;
  #written = 0;
  #synced = 0;
  #running: Promise<void> | undefined;
  // Kept for good: after a failed sync the kernel may call the lost pages clean, and a second sync would succeed.
  #failure: DatabaseUnavailable | undefined;

  /** `onFailure` is called once at most. */
  constructor(sync: () => Promise<void>, onFailure: () => void) {
    this.#sync = sync;
    this.#onFailure = onFailure;
  }

  /** Something has been written. */
  wrote(): void {
    this.#written += 1;
  }

  /** @throws DatabaseUnavailable when something did not reach the disk: nothing more is to be written, then */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /**
   * Resolves when all that was written before the call is on the disk.
   *
   * @throws DatabaseUnavailable when it may not be
   */
  async reached(): Promise<void> {
    const wanted = this.#written;
    while (this.#synced < wanted) {
      this.check();
      this.#running ??= this.#run();
      await this.#running;
    }
  }

  /** Something else that was written did not reach the disk: from now on nothing is taken for written. Returns why. */
  fail(error: unknown): DatabaseUnavailable {
    if (this.#failure) return this.#failure;
    this.#failure = new DatabaseUnavailable(
      `The disk does not take what is written to the database (${error instanceof Error ? error.message : String(error)}). It is not written to any more: see to the disk, and start Berth again.`,
      { cause: error },
    );
    this.#onFailure();
    return this.#failure;
  }

  async #run(): Promise<void> {
    const upTo = this.#written;
    try {
      await this.#sync();
      this.#synced = upTo;
    } catch (error) {
      this.fail(error);
    } finally {
      this.#running = undefined;
    }
  }
}
