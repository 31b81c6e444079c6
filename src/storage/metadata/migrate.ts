import type { Transaction } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { type ColumnTypes, createRegistryTables } from './migrations/0001-registry.ts';

/** All migrations, in order. They only go forward; one that has been released is never changed. */
function migrations(types: ColumnTypes): Record<string, Migration> {
  return {
    '0001-registry': { up: (db) => createRegistryTables(db, types) },
  };
}

/**
 * Brings the tables up to date, all or nothing: `tx` is one transaction that keeps everybody else from writing.
 *
 * @throws when the database holds migrations that this version does not know.
 */
export async function migrate<T>(tx: Transaction<T>, types: ColumnTypes): Promise<void> {
  const known = migrations(types);
  const migrator = new Migrator({ db: tx, provider: { getMigrations: async () => known } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Error && error.message.includes('previously executed migration')) {
    throw new Error(
      `This database was written by a newer version of Berth: ${error.message}. Start that version, or restore a backup made by this one.`,
    );
  }
  throw error;
}
