import type { TableToCopy } from './copy-tables.ts';
import type { SigningTables } from './signing-tables.ts';

/** How the tables of signing are copied; each behind those that its foreign keys name. */
export const COPIED_SIGNING_TABLES: {
  readonly [Table in Exclude<keyof SigningTables, 'image_signings'>]: TableToCopy<keyof SigningTables[Table] & string>;
} = {
  signing_authorities: {
    key: ['account'],
    columns: ['account', 'certificate', 'sealed_key', 'created_at'],
    sums: [],
    page: 1_000,
  },
  signing_profiles: {
    key: ['account', 'region', 'name'],
    columns: [
      'account',
      'region',
      'name',
      'version',
      'platform_id',
      'validity_value',
      'validity_type',
      'parameters',
      'tags',
      'status',
      'key_id',
      'certificate_chain',
      'created_at',
    ],
    sums: ['validity_value'],
    page: 500,
  },
};

/** Behind the images. */
export const COPIED_IMAGE_SIGNINGS: TableToCopy<keyof SigningTables['image_signings'] & string> = {
  key: ['repository_id', 'digest', 'profile_arn'],
  columns: [
    'repository_id',
    'digest',
    'profile_arn',
    'status',
    'failure_code',
    'failure_reason',
    'envelope',
    'created_at',
  ],
  sums: [],
  page: 500,
};
