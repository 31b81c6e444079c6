import type { TableToCopy } from './copy-tables.ts';
import type { KmsTables } from './kms-tables.ts';

/** How the tables of KMS are copied; each behind those that its foreign keys name. */
export const COPIED_KMS_TABLES: { readonly [Table in keyof KmsTables]: TableToCopy<keyof KmsTables[Table] & string> } =
  {
    kms_keys: {
      key: ['key_id'],
      columns: [
        'key_id',
        'account',
        'region',
        'purpose',
        'description',
        'spec',
        'key_usage',
        'state',
        'created_at',
        'deletion_at',
        'current_version',
        'rotation_days',
        'rotate_at',
      ],
      sums: ['current_version'],
      page: 1_000,
    },
    kms_key_versions: {
      key: ['key_id', 'version'],
      columns: ['key_id', 'version', 'material_id', 'wrapped', 'public_key', 'rotation_type', 'created_at'],
      sums: [],
      page: 1_000,
    },
    kms_aliases: {
      key: ['account', 'region', 'name'],
      columns: ['account', 'region', 'name', 'key_id', 'created_at', 'updated_at'],
      sums: [],
      page: 1_000,
    },
    kms_grants: {
      key: ['grant_id'],
      columns: [
        'grant_id',
        'key_id',
        'name',
        'grantee',
        'grantee_id',
        'retiring',
        'retiring_id',
        'issuing_account',
        'operations',
        'constraints',
        'repository_id',
        'created_at',
      ],
      sums: [],
      page: 1_000,
    },
    kms_tags: { key: ['key_id', 'tag_key'], columns: ['key_id', 'tag_key', 'tag_value'], sums: [], page: 1_000 },
  };
