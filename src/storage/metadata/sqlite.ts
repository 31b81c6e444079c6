import { sql } from 'kysely';
import { StorageFull } from '../blobs/port.ts';
import { checkMigrated, type Dialect, migrate } from './migrate.ts';
import { numberJobsOnSqlite } from './migrations/0009-numbers.ts';
import { tellFigures } from './migrations/0022-figures.ts';
import { keepJournalInOrder } from './migrations/0023-journal-index.ts';
import { orderChangesOnSqlite } from './migrations/0024-order.ts';
import { numberImagesOnSqlite } from './migrations/0025-numbers-of-images.ts';
import { Moments } from './moments.ts';
import type { Metadata } from './port.ts';
import { refuseIfReadOnly } from './read-only.ts';
import { sqliteReaders } from './sqlite-readers.ts';
import { reserveBeside } from './sqlite-reserve.ts';
import { sqliteWriter } from './sqlite-writer.ts';

const DIALECT: Dialect = {
  bytes: 'blob',
  text: 'text',
  hasMigrations: sql`select 1 from sqlite_master where name = 'migrations'`,
  ownMigrations: [
    { name: '0009-numbers', up: numberJobsOnSqlite },
    { name: '0022-figures', up: tellFigures, livesWith: '0017-metering' },
    { name: '0023-journal-index', up: keepJournalInOrder, livesWith: '0017-metering' },
    { name: '0024-order', up: orderChangesOnSqlite },
    { name: '0025-numbers-of-images', up: numberImagesOnSqlite },
  ],
};

/**
 * Opens the database in the file `path`. Its owner makes it if it is not there and brings its tables up to date; a guest
 * takes it as it is, since a server may be running on it.
 *
 * @throws when the file was written by a newer Berth, or, for a guest, by an older one.
 */
export async function openSqlite(path: string, as: 'owner' | 'guest' = 'owner'): Promise<Metadata> {
  const moments = new Moments();
  const writer = sqliteWriter(path, () => moments.end());
  try {
    await writer.write((tx) => (as === 'owner' ? migrate(tx, DIALECT) : checkMigrated(tx, DIALECT)));
  } catch (error) {
    await writer.close();
    throw error;
  }
  const readers = sqliteReaders(path, moments);
  const reserve = reserveBeside(path, as === 'owner');

  const writeOnce: Metadata['write'] = (work, { evenIfReadOnly = false, isBulk = false } = {}) =>
    writer.write(
      async (tx) => {
        if (!evenIfReadOnly) await refuseIfReadOnly(tx);
        return work(tx);
      },
      { isBulk },
    );

  return {
    read: readers.read,
    readOne: readers.readOne,
    async write(work, options) {
      try {
        const result = await writeOnce(work, options);
        reserve.wentWell();
        return result;
      } catch (error) {
        if (!(error instanceof StorageFull)) throw error;
        reserve.giveUp();
        return writeOnce(work, options);
      }
    },
    async probe() {
      await readers.read((tx) => sql`select 1 from accounts limit 1`.execute(tx));
      // An empty transaction takes the lock that a write needs, and leaves nothing.
      await writer.write(async () => undefined);
    },
    async close() {
      readers.close();
      await writer.close();
    },
  };
}
