import { type FileHandle, open } from 'node:fs/promises';
import { DatabaseFile } from './database-file.ts';
import { FailedSync } from './failed-sync.ts';
import { LogKeeper } from './log-keeper.ts';
import type { Writing } from './port.ts';
import { SharedSync } from './shared-sync.ts';
import { BulkTransaction, HasChanged } from './sqlite-bulk-transaction.ts';
import { SqliteCheckpoints } from './sqlite-checkpoints.ts';
import { kyselyOn } from './sqlite-kysely.ts';
import { LocalWriter } from './sqlite-local-writer.ts';
import { SqliteThread } from './sqlite-thread.ts';
import { Turns } from './turns.ts';

/** Writes to a database that one transaction at a time writes to. */
export interface SqliteWriter {
  /**
   * Runs `work` in a transaction that is on the disk when this resolves. What is long goes to a thread of its own (`isBulk`).
   *
   * @throws DatabaseUnavailable when it may not have reached the disk, and ever after
   */
  write<T>(work: (tx: Writing) => Promise<T>, options?: { readonly isBulk?: boolean }): Promise<T>;
  /** After what is under way. To be called when no other connection is left of those that were opened with it. */
  close(): Promise<void>;
}

/**
 * Commits wait for nothing, so that the next transaction need not either. Whoever asked for one waits for the log to
 * reach the disk: one sync serves all that committed before it. `onCommit` is told of each commit before anybody is.
 */
export function sqliteWriter(path: string, onCommit: () => void): SqliteWriter {
  const local = new LocalWriter(path);
  const file = new DatabaseFile(path);
  const keeper = new LogKeeper(path);
  const onLocal = kyselyOn(local) as Writing;
  let thread: SqliteThread | undefined;
  function ownThread(): SqliteThread {
    if (thread === undefined || thread.isDead) thread = new SqliteThread(path);
    return thread;
  }

  let log: FileHandle | undefined;
  const sync = new SharedSync(
    async () => {
      log ??= await open(`${path}-wal`, 'r+');
      await log.datasync();
    },
    () => keeper.keep(),
  );
  const onFailedSync = (error: FailedSync) => void sync.fail(error);
  const [writing, bulkWriting] = [new Turns(), new Turns()];
  const checkpoints = new SqliteCheckpoints({ local, thread: ownThread, file, onFailedSync, writing, bulkWriting });

  function committed(): void {
    onCommit();
    sync.wrote();
    checkpoints.afterCommit();
  }

  async function writeHere<T>(work: (tx: Writing) => Promise<T>): Promise<T> {
    await local.begin();
    try {
      const result = await work(onLocal);
      local.commit();
      committed();
      return result;
    } catch (error) {
      local.rollBack();
      throw error;
    }
  }

  async function writeThere<T>(work: (tx: Writing) => Promise<T>, isAgain = false): Promise<T> {
    const transaction = new BulkTransaction(ownThread(), writing);
    try {
      if (isAgain) await transaction.beginWriting();
      const result = await work(kyselyOn(transaction) as Writing);
      if (await transaction.commit()) committed();
      return result;
    } catch (error) {
      if (isAgain || !(error instanceof HasChanged)) throw error;
    } finally {
      await transaction.end();
    }
    return writeThere(work, true);
  }

  return {
    async write(work, { isBulk = false } = {}) {
      sync.check();
      try {
        const result = isBulk
          ? await bulkWriting.run(() => writeThere(work))
          : await writing.run(() => writeHere(work));
        await sync.reached();
        return result;
      } catch (error) {
        if (error instanceof FailedSync) throw sync.fail(error);
        throw error;
      }
    },
    async close() {
      await checkpoints.settle();
      await bulkWriting.run(() =>
        writing.run(async () => {
          await sync.reached().catch(() => undefined);
          const { isKeeping } = keeper;
          if (!isKeeping) keeper.close();
          local.close();
          await thread?.close();
          if (isKeeping) keeper.close();
          await log?.close();
          await file.close();
        }),
      );
    },
  };
}
