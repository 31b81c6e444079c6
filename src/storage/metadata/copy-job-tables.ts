import type { TableToCopy } from './copy-tables.ts';
import type { JobTables } from './job-tables.ts';

/** How what is still to be done is copied: in its order, with places of the other database's own. */
export const COPIED_JOB_TABLES: {
  readonly [Table in keyof JobTables]: TableToCopy<keyof JobTables[Table] & string>;
} = {
  changes: {
    key: ['seq'],
    columns: [
      'seq',
      'id',
      'at',
      'account',
      'region',
      'repository_id',
      'repository_name',
      'principal_arn',
      'kind',
      'detail',
      'attempts',
    ],
    sums: ['seq', 'at'],
    page: 500,
  },
  jobs: {
    key: ['seq', 'id'],
    columns: [
      'seq',
      'id',
      'kind',
      'account',
      'region',
      'payload',
      'order_key',
      'unique_key',
      'again_at',
      'state',
      'attempts',
      'due_at',
      'claim',
      'claimed_until',
      'last_error',
      'created_at',
    ],
    sums: ['seq', 'due_at'],
    page: 500,
  },
};
