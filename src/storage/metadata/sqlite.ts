import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import { checkMigrated, migrate } from './migrate.ts';
import type { Metadata, Reading, Writing } from './port.ts';
import { SqliteReaderDriver, SqliteWriterDriver } from './sqlite-drivers.ts';
import type { Tables } from './tables.ts';

const TYPES = { bytes: 'blob', text: 'text' } as const;

/**
 * Opens the database in the file `path`. Its owner makes it if it is not there and brings its tables up to date; a guest
 * takes it as it is, since a server may be running on it.
 *
 * @throws when the file was written by a newer Berth, or, for a guest, by an older one.
 */
export async function openSqlite(path: string, as: 'owner' | 'guest' = 'owner'): Promise<Metadata> {
  const writer = new Kysely<Tables>({ dialect: dialect(new SqliteWriterDriver(path)) });
  try {
    if (as === 'owner') await writer.transaction().execute((tx) => migrate(tx, TYPES));
    else await checkMigrated(writer, TYPES);
  } catch (error) {
    await writer.destroy();
    throw error;
  }
  const readers = new Kysely<Tables>({ dialect: dialect(new SqliteReaderDriver(path)) });

  return {
    read: (work) => readers.transaction().execute((tx) => work(tx as Reading)),
    write: (work) => writer.transaction().execute((tx) => work(tx as Writing)),
    async probe() {
      await sql`select 1 from accounts limit 1`.execute(readers);
      // An empty transaction takes the lock that a write needs, and leaves nothing.
      await writer.transaction().execute(async () => undefined);
    },
    async close() {
      await readers.destroy();
      await writer.destroy();
    },
  };
}

/** SQLite does roll back changes of tables; Kysely's own adapter is more careful than it needs to be. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function dialect(driver: SqliteReaderDriver | SqliteWriterDriver) {
  return {
    createDriver: () => driver,
    createAdapter: () => new TransactionalSqliteAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
