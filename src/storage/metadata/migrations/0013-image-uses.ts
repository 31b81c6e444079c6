import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/** What is archived and what runs; pulls go with their image. */
export async function addImageUses(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);

  await db.schema
    .alterTable('layers')
    .addColumn('was_archived', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  // Few, and looked for by themselves: the index of all images by push would be read from end to end for them.
  await sql`
    create index images_not_active on images (repository_id, pushed_at, digest) where status <> 'ACTIVE'`.execute(db);

  await db.schema.dropTable('image_pulls').execute();
  await db.schema
    .createTable('image_pulls')
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('tag', text, (c) => c.notNull())
    .addColumn('pulls', 'bigint', (c) => c.notNull())
    .addColumn('last_pulled_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('image_pulls_pk', ['repository_id', 'digest', 'tag'])
    .addForeignKeyConstraint(
      'image_pulls_image',
      ['repository_id', 'digest'],
      'images',
      ['repository_id', 'digest'],
      (c) => c.onDelete('cascade'),
    )
    .execute();

  await db.schema
    .createTable('image_uses')
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('reporter', text, (c) => c.notNull())
    .addColumn('last_in_use_at', 'bigint', (c) => c.notNull())
    .addColumn('in_use_count', 'bigint', (c) => c.notNull())
    .addColumn('detail', text)
    .addPrimaryKeyConstraint('image_uses_pk', ['repository_id', 'digest', 'reporter'])
    .addForeignKeyConstraint(
      'image_uses_image',
      ['repository_id', 'digest'],
      'images',
      ['repository_id', 'digest'],
      (c) => c.onDelete('cascade'),
    )
    .execute();

  await db.schema
    .createTable('pull_time_exclusions')
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('principal_arn', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('pull_time_exclusions_pk', ['account', 'region', 'principal_arn'])
    .execute();
}
