import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/** What a registry is told once: scanning, replication, upstreams, and templates for repositories that are made by use. */
export async function createConfigurationTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);

  await db.schema
    .createTable('registry_configurations')
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('document', text, (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('registry_configurations_pk', ['account', 'region', 'kind'])
    .execute();

  await db.schema
    .createTable('pull_through_cache_rules')
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('prefix', text, (c) => c.notNull())
    .addColumn('prefix_given', text, (c) => c.notNull())
    .addColumn('upstream_url', text, (c) => c.notNull())
    .addColumn('upstream_registry', text)
    .addColumn('upstream_prefix', text)
    .addColumn('credential_arn', text)
    .addColumn('custom_role_arn', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('pull_through_cache_rules_pk', ['account', 'region', 'prefix'])
    .execute();

  await db.schema
    .createTable('repository_creation_templates')
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('prefix', text, (c) => c.notNull())
    .addColumn('prefix_given', text, (c) => c.notNull())
    .addColumn('description', text)
    .addColumn('encryption_type', text, (c) => c.notNull())
    .addColumn('kms_key', text)
    .addColumn('resource_tags', text, (c) => c.notNull())
    .addColumn('tag_mutability', text, (c) => c.notNull())
    .addColumn('tag_mutability_exclusions', text, (c) => c.notNull())
    .addColumn('repository_policy', text)
    .addColumn('lifecycle_policy', text)
    .addColumn('applied_for', text, (c) => c.notNull())
    .addColumn('custom_role_arn', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('repository_creation_templates_pk', ['account', 'region', 'prefix'])
    .execute();
}
