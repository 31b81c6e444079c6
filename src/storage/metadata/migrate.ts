import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { type ColumnTypes, createRegistryTables } from './migrations/0001-registry.ts';
import { createNodeTables } from './migrations/0002-many-nodes.ts';
import { createIdentityTables } from './migrations/0004-identity.ts';
import { createKmsTables } from './migrations/0005-kms.ts';
import { addSealing } from './migrations/0006-sealing.ts';
import { createAuditTables } from './migrations/0008-audit.ts';
import { createJobTables } from './migrations/0009-jobs.ts';
import { addImageStatus } from './migrations/0010-image-status.ts';
import { createEventTables } from './migrations/0011-events.ts';
import { createLifecycleTables } from './migrations/0012-lifecycle.ts';
import { addImageUses } from './migrations/0013-image-uses.ts';
import { createTrash } from './migrations/0014-trash.ts';
import { createConfigurationTables } from './migrations/0015-registry-configuration.ts';
import { createSigningTables } from './migrations/0016-signing.ts';
import { createMeteringTables } from './migrations/0017-metering.ts';
import { addIndexes } from './migrations/0018-indexes.ts';
import { narrowReferrersIndex } from './migrations/0019-referrers-index.ts';
import { splitJobIndexes } from './migrations/0020-job-indexes.ts';
import { leanIndexes } from './migrations/0021-lean-indexes.ts';
import { NotStarted, OtherVersion, type Reading } from './port.ts';
import type { Tables } from './tables.ts';

/** One step from the tables of a version to those of the next. */
export interface Migration {
  /** Names are in the order in which they are done. */
  readonly name: string;
  readonly up: (db: Kysely<unknown>) => Promise<void>;
  /**
   * The newest migration of a version that can serve the tables that this one leaves. With it nodes are replaced one by
   * one: those of that version keep running, and can be started, beside those of this.
   */
  readonly livesWith?: string;
}

/** What a database does its own way when its tables are made. */
export interface Dialect extends ColumnTypes {
  /** Answers one row when the table of migrations is there. */
  readonly hasMigrations: RawBuilder<unknown>;
  /** Besides those that all have. */
  readonly ownMigrations: readonly Migration[];
}

/** All migrations, in order. They only go forward; one that has been released is never changed. */
function migrationsOf(dialect: Dialect): Migration[] {
  const shared: Migration[] = [
    { name: '0001-registry', up: (db) => createRegistryTables(db, dialect) },
    { name: '0002-many-nodes', up: (db) => createNodeTables(db, dialect) },
    { name: '0004-identity', up: (db) => createIdentityTables(db, dialect) },
    { name: '0005-kms', up: (db) => createKmsTables(db, dialect) },
    { name: '0006-sealing', up: (db) => addSealing(db, dialect) },
    { name: '0008-audit', up: (db) => createAuditTables(db, dialect) },
    { name: '0009-jobs', up: (db) => createJobTables(db, dialect) },
    { name: '0010-image-status', up: (db) => addImageStatus(db, dialect) },
    { name: '0011-events', up: (db) => createEventTables(db, dialect) },
    { name: '0012-lifecycle', up: (db) => createLifecycleTables(db, dialect) },
    { name: '0013-image-uses', up: (db) => addImageUses(db, dialect) },
    { name: '0014-trash', up: (db) => createTrash(db, dialect) },
    { name: '0015-registry-configuration', up: (db) => createConfigurationTables(db, dialect) },
    { name: '0016-signing', up: (db) => createSigningTables(db, dialect) },
    { name: '0017-metering', up: (db) => createMeteringTables(db, dialect) },
    { name: '0018-indexes', up: addIndexes, livesWith: '0017-metering' },
    { name: '0019-referrers-index', up: narrowReferrersIndex, livesWith: '0017-metering' },
    { name: '0020-job-indexes', up: splitJobIndexes, livesWith: '0017-metering' },
    { name: '0021-lean-indexes', up: leanIndexes, livesWith: '0017-metering' },
  ];
  return [...shared, ...dialect.ownMigrations].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

interface DoneMigration {
  readonly name: string;
  readonly lives_with: string | null;
}

/**
 * Brings the tables up to date, all or nothing: `tx` is one transaction that keeps everybody else from doing the same.
 *
 * @throws when the database holds migrations that this version does not know and cannot live with.
 */
export async function migrate(tx: Transaction<Tables>, dialect: Dialect): Promise<void> {
  const text = sql.raw(dialect.text);
  await sql`create table if not exists migrations (name ${text} primary key, lives_with ${text})`.execute(tx);
  for (const migration of await pendingOf(tx, dialect)) {
    // A migration knows no types of rows: those of this version may not be those that it makes.
    await migration.up(tx as unknown as Kysely<unknown>);
    await sql`insert into migrations (name, lives_with) values (${migration.name}, ${migration.livesWith ?? null})`.execute(
      tx,
    );
  }
}

const NOT_STARTED = 'No Berth has been started on this database yet. Start the server once: berth serve';

/**
 * Whether the tables are those of this version: for a command beside a server, which must not change them under it.
 *
 * @throws when they are not.
 */
export async function checkMigrated(db: Reading, dialect: Dialect): Promise<void> {
  const hasMigrations = (await dialect.hasMigrations.execute(db)).rows.length > 0;
  if (!hasMigrations) throw new NotStarted(NOT_STARTED);
  const pending = await pendingOf(db, dialect);
  if (pending.length === 0) return;
  throw new OtherVersion(
    `This database was written by an older version of Berth, and ${pending.map((it) => it.name).join(', ')} is still to be done. Start the server of this version once: it brings the database up to date.`,
  );
}

async function pendingOf(db: Reading, dialect: Dialect): Promise<Migration[]> {
  const known = migrationsOf(dialect);
  const { rows: done } = await sql<DoneMigration>`select name, lives_with from migrations order by name`.execute(db);
  const newest = known.at(-1)?.name ?? '';
  const strange = done.filter(({ name }) => !known.some((it) => it.name === name));
  const unbearable = strange.filter((it) => it.lives_with === null || it.lives_with > newest);
  const pending = known.filter(({ name }) => !done.some((it) => it.name === name));
  // One that is to come before what the newer version has done already would meet tables that it does not know.
  if (unbearable.length > 0 || (strange.length > 0 && pending.length > 0)) {
    const names = (unbearable.length > 0 ? unbearable : strange).map((it) => it.name).join(', ');
    throw new OtherVersion(
      `This database was written by a newer version of Berth, which has done ${names}. Start that version, or restore a backup made by this one.`,
    );
  }
  return pending;
}
