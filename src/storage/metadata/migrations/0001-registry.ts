import { type Kysely, sql } from 'kysely';

/** What databases call the types that they do not share. Text is ordered by its bytes: pages and names rely on it. */
export interface ColumnTypes {
  readonly bytes: 'blob' | 'bytea';
  readonly text: 'text' | 'text collate "C"';
}

/** The registry's first tables. Every key begins with the registry (account, region) or with a repository's id. */
export async function createRegistryTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const binary = sql.raw<unknown>(types.bytes);
  const text = sql.raw<unknown>(types.text);

  await db.schema
    .createTable('accounts')
    .addColumn('account', text, (c) => c.primaryKey())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('access_keys')
    .addColumn('access_key_id', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull().references('accounts.account'))
    .addColumn('principal_arn', text, (c) => c.notNull())
    .addColumn('sealed_secret', binary, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('token_epoch', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('access_keys_by_principal')
    .on('access_keys')
    .columns(['principal_arn', 'access_key_id'])
    .execute();

  await db.schema
    .createTable('account_settings')
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('account_settings_pk', ['account', 'region', 'name'])
    .execute();

  await db.schema
    .createTable('repositories')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('tag_mutability', text, (c) => c.notNull())
    .addColumn('tag_mutability_exclusions', text, (c) => c.notNull())
    .addColumn('scan_on_push', 'integer', (c) => c.notNull())
    .addColumn('encryption_type', text, (c) => c.notNull())
    .addColumn('kms_key', text)
    .addUniqueConstraint('repositories_name', ['account', 'region', 'name'])
    .execute();

  await db.schema
    .createTable('repository_tags')
    .addColumn('repository_id', text, (c) => c.notNull().references('repositories.id').onDelete('cascade'))
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('repository_tags_pk', ['repository_id', 'key'])
    .execute();

  await db.schema
    .createTable('objects')
    .addColumn('object_key', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('objects_by_digest')
    .on('objects')
    .columns(['digest', 'account', 'region', 'state', 'object_key'])
    .execute();

  await db.schema
    .createTable('layers')
    .addColumn('repository_id', text, (c) => c.notNull().references('repositories.id').onDelete('cascade'))
    .addColumn('digest', text, (c) => c.notNull())
    // The last word against an object that goes while a layer needs it: the database itself refuses.
    .addColumn('object_key', text, (c) => c.notNull().references('objects.object_key'))
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('media_type', text)
    .addColumn('leased_until', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('layers_pk', ['repository_id', 'digest'])
    .execute();
  await db.schema.createIndex('layers_by_object').on('layers').columns(['object_key']).execute();
  await db.schema.createIndex('layers_by_lease').on('layers').columns(['leased_until']).execute();

  await db.schema
    .createTable('collection_candidates')
    .addColumn('object_key', text, (c) => c.primaryKey())
    .addColumn('reason', text, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('uploads')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    // No foreign key: an upload outlives its repository until its bytes have been discarded.
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('principal_arn', text, (c) => c.notNull())
    .addColumn('object_key', text, (c) => c.notNull().unique())
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('draft_state', text, (c) => c.notNull())
    .addColumn('algorithm', text, (c) => c.notNull())
    .addColumn('parts', 'integer', (c) => c.notNull())
    .addColumn('last_part_size', 'bigint', (c) => c.notNull())
    .addColumn('small_part', 'integer', (c) => c.notNull())
    .addColumn('claim', text)
    .addColumn('claimed_until', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('uploads_by_expiry').on('uploads').columns(['expires_at']).execute();

  await db.schema
    .createTable('collected_objects')
    .addColumn('object_key', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('digest', text)
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('draft_state', text)
    .addColumn('reason', text, (c) => c.notNull())
    .addColumn('condemned_at', 'bigint', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('removed_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('collected_by_digest')
    .on('collected_objects')
    .columns(['digest', 'condemned_at'])
    .execute();
  await db.schema
    .createIndex('collected_by_removal')
    .on('collected_objects')
    .columns(['removed_at', 'due_at', 'object_key'])
    .execute();

  await db.schema
    .createTable('images')
    .addColumn('repository_id', text, (c) => c.notNull().references('repositories.id').onDelete('cascade'))
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('media_type', text, (c) => c.notNull())
    .addColumn('artifact_type', text)
    .addColumn('manifest_size', 'bigint', (c) => c.notNull())
    .addColumn('image_size', 'bigint', (c) => c.notNull())
    .addColumn('subject_digest', text)
    .addColumn('annotations', text)
    .addColumn('pushed_at', 'bigint', (c) => c.notNull())
    .addColumn('manifest', binary, (c) => c.notNull())
    .addPrimaryKeyConstraint('images_pk', ['repository_id', 'digest'])
    .execute();
  await db.schema
    .createIndex('images_by_push')
    .on('images')
    .columns(['repository_id', 'pushed_at', 'digest'])
    .execute();
  await db.schema.createIndex('images_by_digest').on('images').columns(['digest']).execute();
  await db.schema
    .createIndex('images_by_subject')
    .on('images')
    .columns(['repository_id', 'subject_digest', 'digest'])
    .execute();

  await db.schema
    .createTable('image_layers')
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('image_digest', text, (c) => c.notNull())
    .addColumn('layer_digest', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('image_layers_pk', ['repository_id', 'image_digest', 'layer_digest'])
    .addForeignKeyConstraint(
      'image_layers_image',
      ['repository_id', 'image_digest'],
      'images',
      ['repository_id', 'digest'],
      (c) => c.onDelete('cascade'),
    )
    // The last word against a manifest that outlives its layers: the database itself refuses.
    .addForeignKeyConstraint('image_layers_layer', ['repository_id', 'layer_digest'], 'layers', [
      'repository_id',
      'digest',
    ])
    .execute();
  // All three columns: an index that lacks one that is asked for loses against the key, which begins with no more than
  // the repository and is read from end to end then.
  await db.schema
    .createIndex('image_layers_by_layer')
    .on('image_layers')
    .columns(['repository_id', 'layer_digest', 'image_digest'])
    .execute();

  await db.schema
    .createTable('image_children')
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('index_digest', text, (c) => c.notNull())
    .addColumn('child_digest', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('image_children_pk', ['repository_id', 'index_digest', 'child_digest'])
    .addForeignKeyConstraint(
      'image_children_index',
      ['repository_id', 'index_digest'],
      'images',
      ['repository_id', 'digest'],
      (c) => c.onDelete('cascade'),
    )
    .execute();
  await db.schema
    .createIndex('image_children_by_child')
    .on('image_children')
    .columns(['repository_id', 'child_digest', 'index_digest'])
    .execute();

  await db.schema
    .createTable('tags')
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('tag', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('tags_pk', ['repository_id', 'tag'])
    .addForeignKeyConstraint('tags_image', ['repository_id', 'digest'], 'images', ['repository_id', 'digest'], (c) =>
      c.onDelete('cascade'),
    )
    .execute();
  await db.schema.createIndex('tags_by_image').on('tags').columns(['repository_id', 'digest', 'tag']).execute();
}
