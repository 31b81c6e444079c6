import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/** What was deleted and can be had back, and where tags pointed. */
export async function createTrash(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);
  const binary = sql.raw<unknown>(types.bytes);

  await db.schema
    .createTable('trashed_images')
    .addColumn('repository_id', text, (c) => c.notNull().references('repositories.id').onDelete('cascade'))
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('media_type', text, (c) => c.notNull())
    .addColumn('manifest', binary, (c) => c.notNull())
    .addColumn('manifest_size', 'bigint', (c) => c.notNull())
    .addColumn('is_sealed', 'integer', (c) => c.notNull())
    .addColumn('tags', text, (c) => c.notNull())
    .addColumn('deleted_at', 'bigint', (c) => c.notNull())
    .addColumn('deleted_by', text)
    .addColumn('purge_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('trashed_images_pk', ['repository_id', 'digest'])
    .execute();
  await db.schema.createIndex('trashed_images_by_purge').on('trashed_images').columns(['purge_at']).execute();

  await db.schema
    .createTable('trashed_repositories')
    .addColumn('repository_id', text, (c) => c.primaryKey().references('repositories.id').onDelete('cascade'))
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('deleted_at', 'bigint', (c) => c.notNull())
    .addColumn('deleted_by', text)
    .addColumn('purge_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('trashed_repositories_by_name')
    .on('trashed_repositories')
    .columns(['account', 'region', 'name', 'deleted_at'])
    .execute();
  await db.schema
    .createIndex('trashed_repositories_by_purge')
    .on('trashed_repositories')
    .columns(['purge_at'])
    .execute();

  await db.schema
    .createTable('tag_history')
    .addColumn('repository_id', text, (c) => c.notNull().references('repositories.id').onDelete('cascade'))
    .addColumn('tag', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('id', text, (c) => c.notNull())
    .addColumn('place', 'bigint', (c) => c.notNull())
    .addColumn('from_digest', text)
    .addColumn('to_digest', text)
    .addColumn('principal_arn', text)
    .addColumn('what', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('tag_history_pk', ['repository_id', 'tag', 'place'])
    .execute();
  await db.schema.createIndex('tag_history_by_time').on('tag_history').columns(['at']).execute();
}
