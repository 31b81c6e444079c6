import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/** Storage classes of images, and how often they are pulled. */
export async function addImageStatus(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);

  await db.schema
    .alterTable('images')
    .addColumn('status', text, (c) => c.notNull().defaultTo('ACTIVE'))
    .execute();
  await db.schema.alterTable('images').addColumn('archived_at', 'bigint').execute();
  await db.schema.alterTable('images').addColumn('activated_at', 'bigint').execute();

  await db.schema
    .createTable('image_pulls')
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('tag', text, (c) => c.notNull())
    .addColumn('pulls', 'bigint', (c) => c.notNull())
    .addColumn('last_pulled_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('image_pulls_pk', ['repository_id', 'digest', 'tag'])
    .execute();
}
