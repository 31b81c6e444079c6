import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/**
 * How objects, uploads and manifests are sealed. What is there is not, until somebody seals it: the indexes find that. A
 * version from before it would send sealed bytes to clients, so it cannot live beside these tables.
 */
export async function addSealing(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);
  const bytes = sql.raw<unknown>(types.bytes);

  await db.schema
    .alterTable('objects')
    .addColumn('stored_size', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('objects').addColumn('seal', bytes).execute();
  await db.schema
    .alterTable('objects')
    .addColumn('key_scope', text, (c) => c.notNull().defaultTo(''))
    .execute();
  await sql`update objects set stored_size = size`.execute(db);
  await db.schema.dropIndex('objects_by_digest').execute();
  await db.schema
    .createIndex('objects_by_digest')
    .on('objects')
    .columns(['digest', 'account', 'region', 'key_scope', 'state', 'object_key'])
    .execute();
  await sql`create index objects_unsealed on objects (object_key) where seal is null`.execute(db);

  await db.schema.alterTable('layers').addColumn('seal', bytes).execute();

  await db.schema
    .alterTable('uploads')
    .addColumn('stored_size', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('uploads').addColumn('seal', bytes).execute();
  await sql`update uploads set stored_size = size`.execute(db);

  await db.schema
    .alterTable('images')
    .addColumn('is_sealed', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`create index images_unsealed on images (repository_id, digest) where is_sealed = 0`.execute(db);
}
