import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/** Profiles that sign, and the signatures of images. */
export async function createSigningTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const binary = sql.raw<unknown>(types.bytes);
  const text = sql.raw<unknown>(types.text);

  await db.schema
    .createTable('signing_authorities')
    .addColumn('account', text, (c) => c.primaryKey())
    .addColumn('certificate', text, (c) => c.notNull())
    .addColumn('sealed_key', binary, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('signing_profiles')
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('version', text, (c) => c.notNull())
    .addColumn('platform_id', text, (c) => c.notNull())
    .addColumn('validity_value', 'integer', (c) => c.notNull())
    .addColumn('validity_type', text, (c) => c.notNull())
    .addColumn('parameters', text)
    .addColumn('tags', text, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('key_id', text, (c) => c.notNull())
    .addColumn('certificate_chain', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('signing_profiles_pk', ['account', 'region', 'name'])
    .execute();

  await db.schema
    .createTable('image_signings')
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('profile_arn', text, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('failure_code', text)
    .addColumn('failure_reason', text)
    .addColumn('envelope', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('image_signings_pk', ['repository_id', 'digest', 'profile_arn'])
    .addForeignKeyConstraint(
      'image_signings_image',
      ['repository_id', 'digest'],
      'images',
      ['repository_id', 'digest'],
      (c) => c.onDelete('cascade'),
    )
    .execute();
}
