import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/** What is still to be done, on every database alike but for the numbers that it gives (`jobNumbers*`). */
export async function createJobTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);

  await db.schema
    .createTable('changes')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('seq', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('position', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('repository_name', text, (c) => c.notNull())
    .addColumn('principal_arn', text)
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('detail', text, (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('changes_in_order').on('changes').columns(['position', 'seq']).execute();

  await db.schema
    .createTable('jobs')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('seq', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('payload', text, (c) => c.notNull())
    .addColumn('order_key', text)
    .addColumn('unique_key', text)
    .addColumn('again_at', 'bigint')
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('claim', text)
    .addColumn('claimed_until', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('last_error', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('jobs_due').on('jobs').columns(['kind', 'state', 'due_at']).execute();
  await db.schema.createIndex('jobs_in_order').on('jobs').columns(['order_key', 'state', 'seq']).execute();
  await db.schema.createIndex('jobs_unique').unique().on('jobs').columns(['kind', 'unique_key']).execute();
}
