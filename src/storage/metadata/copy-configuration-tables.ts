import type { ConfigurationTables } from './configuration-tables.ts';
import type { TableToCopy } from './copy-tables.ts';

/** How the tables of registries' configurations are copied. */
export const COPIED_CONFIGURATION_TABLES: {
  readonly [Table in keyof ConfigurationTables]: TableToCopy<keyof ConfigurationTables[Table] & string>;
} = {
  registry_configurations: {
    key: ['account', 'region', 'kind'],
    columns: ['account', 'region', 'kind', 'document', 'updated_at'],
    sums: ['updated_at'],
    page: 100,
  },
  pull_through_cache_rules: {
    key: ['account', 'region', 'prefix'],
    columns: [
      'account',
      'region',
      'prefix',
      'prefix_given',
      'upstream_url',
      'upstream_registry',
      'upstream_prefix',
      'credential_arn',
      'custom_role_arn',
      'created_at',
      'updated_at',
    ],
    sums: ['updated_at'],
    page: 1_000,
  },
  repository_creation_templates: {
    key: ['account', 'region', 'prefix'],
    columns: [
      'account',
      'region',
      'prefix',
      'prefix_given',
      'description',
      'encryption_type',
      'kms_key',
      'resource_tags',
      'tag_mutability',
      'tag_mutability_exclusions',
      'repository_policy',
      'lifecycle_policy',
      'applied_for',
      'custom_role_arn',
      'created_at',
      'updated_at',
    ],
    sums: ['updated_at'],
    page: 100,
  },
};
