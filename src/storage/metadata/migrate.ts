import type { Kysely, Transaction } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { type ColumnTypes, createRegistryTables } from './migrations/0001-registry.ts';
import { createNodeTables } from './migrations/0002-many-nodes.ts';

/** All migrations, in order. They only go forward; one that has been released is never changed. */
function migrations(types: ColumnTypes): Record<string, Migration> {
  return {
    '0001-registry': { up: (db) => createRegistryTables(db, types) },
    '0002-many-nodes': { up: (db) => createNodeTables(db, types) },
  };
}

/**
 * Brings the tables up to date, all or nothing: `tx` is one transaction that keeps everybody else from writing.
 *
 * @throws when the database holds migrations that this version does not know.
 */
export async function migrate<T>(tx: Transaction<T>, types: ColumnTypes): Promise<void> {
  const { error } = await migratorOf(tx, types).migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Error && error.message.includes('previously executed migration')) {
    throw new Error(
      `This database was written by a newer version of Berth: ${error.message}. Start that version, or restore a backup made by this one.`,
    );
  }
  throw error;
}

/**
 * Whether the tables are those of this version: for a command beside a server, which must not change them under it.
 *
 * @throws when they are not.
 */
export async function checkMigrated<T>(db: Kysely<T>, types: ColumnTypes): Promise<void> {
  const all = await migratorOf(db, types).getMigrations();
  const pending = all.filter((it) => it.executedAt === undefined).map((it) => it.name);
  if (pending.length === 0) return;
  throw new Error(
    `This database was written by an older version of Berth, and ${pending.join(', ')} is still to be done. Start the server of this version once: it brings the database up to date.`,
  );
}

function migratorOf<T>(db: Kysely<T>, types: ColumnTypes): Migrator {
  const known = migrations(types);
  return new Migrator({ db, provider: { getMigrations: async () => known } });
}
