import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

const required = (c: ColumnDefinitionBuilder) => c.notNull();

/** KMS: keys and their wrapped material, aliases, grants, tags. */
export async function createKmsTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);
  const bytes = sql.raw<unknown>(types.bytes);
  const ofKey = (c: ColumnDefinitionBuilder) => c.notNull().references('kms_keys.key_id');

  await db.schema
    .createTable('kms_keys')
    .addColumn('key_id', text, (c) => c.primaryKey())
    .addColumn('account', text, required)
    .addColumn('region', text, required)
    .addColumn('purpose', text)
    .addColumn('description', text, required)
    .addColumn('spec', text, required)
    .addColumn('key_usage', text, required)
    .addColumn('state', text, required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('deletion_at', 'bigint')
    .addColumn('current_version', 'bigint', required)
    .addColumn('rotation_days', 'bigint')
    .addColumn('rotate_at', 'bigint')
    .addUniqueConstraint('kms_keys_purpose', ['account', 'region', 'purpose'])
    .execute();
  await db.schema.createIndex('kms_keys_by_registry').on('kms_keys').columns(['account', 'region', 'key_id']).execute();
  await db.schema.createIndex('kms_keys_by_deletion').on('kms_keys').columns(['deletion_at']).execute();
  await db.schema.createIndex('kms_keys_by_rotation').on('kms_keys').columns(['rotate_at']).execute();
  await db.schema
    .createTable('kms_key_versions')
    .addColumn('key_id', text, ofKey)
    .addColumn('version', 'bigint', required)
    .addColumn('material_id', text, required)
    .addColumn('wrapped', bytes, required)
    .addColumn('public_key', bytes)
    .addColumn('rotation_type', text)
    .addColumn('created_at', 'bigint', required)
    .addPrimaryKeyConstraint('kms_key_versions_pk', ['key_id', 'version'])
    .execute();
  await db.schema
    .createTable('kms_aliases')
    .addColumn('account', text, required)
    .addColumn('region', text, required)
    .addColumn('name', text, required)
    .addColumn('key_id', text, ofKey)
    .addColumn('created_at', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('kms_aliases_pk', ['account', 'region', 'name'])
    .execute();
  await db.schema.createIndex('kms_aliases_by_key').on('kms_aliases').columns(['key_id', 'name']).execute();
  await db.schema
    .createTable('kms_grants')
    .addColumn('grant_id', text, (c) => c.primaryKey())
    .addColumn('key_id', text, ofKey)
    .addColumn('name', text)
    .addColumn('grantee', text, required)
    .addColumn('grantee_id', text)
    .addColumn('retiring', text)
    .addColumn('retiring_id', text)
    .addColumn('issuing_account', text, required)
    .addColumn('operations', text, required)
    .addColumn('constraints', text)
    .addColumn('repository_id', text)
    .addColumn('created_at', 'bigint', required)
    .execute();
  await db.schema
    .createIndex('kms_grants_by_key')
    .on('kms_grants')
    .columns(['key_id', 'grantee', 'grant_id'])
    .execute();
  await db.schema.createIndex('kms_grants_by_retiring').on('kms_grants').columns(['retiring', 'grant_id']).execute();
  await db.schema.createIndex('kms_grants_by_repository').on('kms_grants').columns(['repository_id']).execute();
  await db.schema
    .createTable('kms_tags')
    .addColumn('key_id', text, ofKey)
    .addColumn('tag_key', text, required)
    .addColumn('tag_value', text, required)
    .addPrimaryKeyConstraint('kms_tags_pk', ['key_id', 'tag_key'])
    .execute();
}
