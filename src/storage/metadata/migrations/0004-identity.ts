import { type ColumnDefinitionBuilder, type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/**
 * IAM: accounts of which an installation has many, users, groups, roles, policies. A version from before it would take
 * each access key for its account's root, so it cannot live beside these tables.
 */
export async function createIdentityTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);
  await widenAccounts(db, text);

  await named(db, text, 'iam_users', 'user_id')
    .addColumn('boundary_arn', text)
    .addColumn('token_epoch', 'bigint', required)
    .addColumn('password_last_used', 'bigint')
    .execute();
  await db.schema
    .createTable('iam_login_profiles')
    .addColumn('user_id', text, (c) => c.primaryKey().references('iam_users.user_id'))
    .addColumn('password_hash', text, required)
    .addColumn('reset_required', 'integer', required)
    .addColumn('created_at', 'bigint', required)
    .execute();
  await named(db, text, 'iam_groups', 'group_id').execute();
  await db.schema
    .createTable('iam_group_members')
    .addColumn('group_id', text, (c) => c.notNull().references('iam_groups.group_id'))
    .addColumn('user_id', text, (c) => c.notNull().references('iam_users.user_id'))
    .addPrimaryKeyConstraint('iam_group_members_pk', ['group_id', 'user_id'])
    .execute();
  await db.schema.createIndex('iam_group_members_by_user').on('iam_group_members').columns(['user_id']).execute();
  await named(db, text, 'iam_roles', 'role_id')
    .addColumn('trust_policy', text, required)
    .addColumn('trust_principals', text, required)
    .addColumn('description', text)
    .addColumn('max_session_duration', 'bigint', required)
    .addColumn('boundary_arn', text)
    .addColumn('token_epoch', 'bigint', required)
    .addColumn('service', text)
    .addColumn('last_used_at', 'bigint')
    .addColumn('last_used_region', text)
    .execute();
  await createPolicyTables(db, text);

  await named(db, text, 'iam_instance_profiles', 'profile_id')
    .addColumn('role_id', text, (c) => c.references('iam_roles.role_id'))
    .execute();
  await db.schema
    .createIndex('iam_instance_profiles_by_role')
    .on('iam_instance_profiles')
    .columns(['role_id'])
    .execute();
  await db.schema
    .createTable('iam_oidc_providers')
    .addColumn('arn', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull().references('accounts.account'))
    .addColumn('url', text, required)
    .addColumn('client_ids', text, required)
    .addColumn('thumbprints', text, required)
    .addColumn('created_at', 'bigint', required)
    .execute();
  await db.schema
    .createIndex('iam_oidc_providers_by_account')
    .on('iam_oidc_providers')
    .columns(['account', 'url'])
    .execute();
  await db.schema
    .createTable('iam_tags')
    .addColumn('entity_id', text, required)
    .addColumn('key_key', text, required)
    .addColumn('key', text, required)
    .addColumn('value', text, required)
    .addPrimaryKeyConstraint('iam_tags_pk', ['entity_id', 'key_key'])
    .execute();
  await db.schema
    .createTable('iam_role_deletions')
    .addColumn('task_id', text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull().references('accounts.account'))
    .addColumn('status', text, required)
    .addColumn('reason', text)
    .addColumn('created_at', 'bigint', required)
    .execute();
}

/** Access keys belong to a user's id, or to an account for its root. */
async function widenAccounts(db: Kysely<unknown>, text: Text): Promise<void> {
  // SQLite adds one column at a time.
  await db.schema.alterTable('accounts').addColumn('name', text).execute();
  await db.schema.alterTable('accounts').addColumn('alias', text).execute();
  await db.schema.alterTable('accounts').addColumn('closed_at', 'bigint').execute();
  await db.schema.alterTable('accounts').addColumn('password_policy', text).execute();
  const version: Adding = (c) => c.notNull().defaultTo(1);
  await db.schema.alterTable('accounts').addColumn('identity_version', 'bigint', version).execute();
  await db.schema.createIndex('accounts_by_alias').unique().on('accounts').columns(['alias']).execute();

  await db.schema.alterTable('access_keys').addColumn('owner_id', text).execute();
  await sql`update access_keys set owner_id = account`.execute(db);
  await db.schema.dropIndex('access_keys_by_principal').execute();
  await db.schema.alterTable('access_keys').dropColumn('principal_arn').execute();
  await db.schema.alterTable('access_keys').addColumn('last_used_at', 'bigint').execute();
  await db.schema.alterTable('access_keys').addColumn('last_used_service', text).execute();
  await db.schema.alterTable('access_keys').addColumn('last_used_region', text).execute();
  await db.schema
    .createIndex('access_keys_by_owner')
    .on('access_keys')
    .columns(['owner_id', 'access_key_id'])
    .execute();
}

async function createPolicyTables(db: Kysely<unknown>, text: Text): Promise<void> {
  await named(db, text, 'iam_policies', 'policy_id')
    .addColumn('description', text)
    .addColumn('default_version', 'bigint', required)
    .addColumn('next_version', 'bigint', required)
    .addColumn('updated_at', 'bigint', required)
    .execute();
  await db.schema
    .createTable('iam_policy_versions')
    .addColumn('policy_id', text, (c) => c.notNull().references('iam_policies.policy_id'))
    .addColumn('version', 'bigint', required)
    .addColumn('document', text, required)
    .addColumn('created_at', 'bigint', required)
    .addPrimaryKeyConstraint('iam_policy_versions_pk', ['policy_id', 'version'])
    .execute();
  await db.schema
    .createTable('iam_attachments')
    .addColumn('entity_id', text, required)
    .addColumn('account', text, (c) => c.notNull().references('accounts.account'))
    .addColumn('policy_arn', text, required)
    .addColumn('policy_id', text, (c) => c.references('iam_policies.policy_id'))
    .addPrimaryKeyConstraint('iam_attachments_pk', ['entity_id', 'policy_arn'])
    .execute();
  await db.schema
    .createIndex('iam_attachments_by_policy')
    .on('iam_attachments')
    .columns(['account', 'policy_arn'])
    .execute();
  await db.schema
    .createTable('iam_inline_policies')
    .addColumn('entity_id', text, required)
    .addColumn('name', text, required)
    .addColumn('document', text, required)
    .addPrimaryKeyConstraint('iam_inline_policies_pk', ['entity_id', 'name'])
    .execute();
  await db.schema
    .createTable('resource_policies')
    .addColumn('kind', text, required)
    .addColumn('resource_id', text, required)
    .addColumn('document', text, required)
    .addColumn('principals', text, required)
    .addColumn('version', text, required)
    .addColumn('updated_at', 'bigint', required)
    .addPrimaryKeyConstraint('resource_policies_pk', ['kind', 'resource_id'])
    .execute();
}

type Text = ReturnType<typeof sql.raw<unknown>>;
type Adding = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;

const required: Adding = (c) => c.notNull();

/** What has an id, and a name and path in an account; names are unique without case. */
function named(db: Kysely<unknown>, text: Text, table: string, id: string) {
  return db.schema
    .createTable(table)
    .addColumn(id, text, (c) => c.primaryKey())
    .addColumn('account', text, (c) => c.notNull().references('accounts.account'))
    .addColumn('name', text, required)
    .addColumn('name_key', text, required)
    .addColumn('path', text, required)
    .addColumn('created_at', 'bigint', required)
    .addUniqueConstraint(`${table}_name`, ['account', 'name_key']);
}
