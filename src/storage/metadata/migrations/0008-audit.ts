import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/** Who did what. One index for each attribute by which events are looked up, newest first. */
export async function createAuditTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);

  await db.schema
    .createTable('audit_events')
    .addColumn('event_id', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('event_name', text, (c) => c.notNull())
    .addColumn('event_source', text, (c) => c.notNull())
    .addColumn('read_only', 'integer', (c) => c.notNull())
    .addColumn('username', text)
    .addColumn('access_key_id', text)
    .addColumn('record', text, (c) => c.notNull())
    .execute();
  for (const attribute of ['event_name', 'username', 'access_key_id']) {
    await db.schema
      .createIndex(`audit_events_by_${attribute}`)
      .on('audit_events')
      .columns(['account', 'region', attribute, 'at'])
      .execute();
  }
  await db.schema.createIndex('audit_events_by_at').on('audit_events').columns(['account', 'region', 'at']).execute();
  await db.schema.createIndex('audit_events_by_age').on('audit_events').columns(['read_only', 'at']).execute();

  await db.schema
    .createTable('audit_resources')
    .addColumn('event_id', text, (c) => c.notNull().references('audit_events.event_id'))
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_resources_pk', ['event_id', 'type', 'name'])
    .execute();
  await db.schema
    .createIndex('audit_resources_by_name')
    .on('audit_resources')
    .columns(['account', 'region', 'name', 'at'])
    .execute();
}
