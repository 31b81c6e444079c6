import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/** Lifecycle policies, what they did, and what they would do. */
export async function createLifecycleTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);

  await db.schema
    .createTable('lifecycle_policies')
    .addColumn('repository_id', text, (c) => c.primaryKey().references('repositories.id').onDelete('cascade'))
    .addColumn('id', text, (c) => c.notNull())
    .addColumn('policy_text', text, (c) => c.notNull())
    .addColumn('put_at', 'bigint', (c) => c.notNull())
    .addColumn('last_evaluated_at', 'bigint', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('lifecycle_policies_due').on('lifecycle_policies').columns(['due_at']).execute();

  await db.schema
    .createTable('lifecycle_actions')
    .addColumn('repository_id', text, (c) => c.notNull().references('repositories.id').onDelete('cascade'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('id', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('tags', text, (c) => c.notNull())
    .addColumn('pushed_at', 'bigint', (c) => c.notNull())
    .addColumn('policy_id', text, (c) => c.notNull())
    .addColumn('rule_priority', 'integer')
    .addColumn('reason', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('lifecycle_actions_pk', ['repository_id', 'at', 'id'])
    .execute();
  await db.schema
    .createIndex('lifecycle_actions_by_digest')
    .on('lifecycle_actions')
    .columns(['digest', 'at'])
    .execute();
  await db.schema.createIndex('lifecycle_actions_by_age').on('lifecycle_actions').columns(['at']).execute();

  await db.schema
    .createTable('lifecycle_previews')
    .addColumn('repository_id', text, (c) => c.primaryKey().references('repositories.id').onDelete('cascade'))
    .addColumn('id', text, (c) => c.notNull())
    .addColumn('policy_text', text, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('expiring', 'integer', (c) => c.notNull())
    .addColumn('transitioning', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('lifecycle_previews_by_end')
    .on('lifecycle_previews')
    .columns(['status', 'ended_at'])
    .execute();

  await db.schema
    .createTable('lifecycle_preview_results')
    .addColumn('repository_id', text, (c) => c.notNull().references('repositories.id').onDelete('cascade'))
    .addColumn('preview_id', text, (c) => c.notNull())
    .addColumn('place', 'integer', (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('tags', text, (c) => c.notNull())
    .addColumn('pushed_at', 'bigint', (c) => c.notNull())
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('rule_priority', 'integer')
    .addColumn('storage_class', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('lifecycle_preview_results_pk', ['repository_id', 'preview_id', 'place'])
    .execute();
  await db.schema
    .createIndex('lifecycle_preview_results_by_image')
    .on('lifecycle_preview_results')
    .columns(['repository_id', 'preview_id', 'digest'])
    .execute();
}
