import type { TableToCopy } from './copy-tables.ts';
import type { LifecycleTables } from './lifecycle-tables.ts';

/** How policies, their journal and their previews are copied. */
export const COPIED_LIFECYCLE_TABLES: {
  readonly [Table in keyof LifecycleTables]: TableToCopy<keyof LifecycleTables[Table] & string>;
} = {
  lifecycle_policies: {
    key: ['repository_id'],
    columns: ['repository_id', 'id', 'policy_text', 'put_at', 'last_evaluated_at', 'due_at'],
    sums: ['put_at', 'last_evaluated_at'],
    page: 100,
  },
  lifecycle_actions: {
    key: ['repository_id', 'at', 'id'],
    columns: [
      'repository_id',
      'at',
      'id',
      'digest',
      'action',
      'tags',
      'pushed_at',
      'policy_id',
      'rule_priority',
      'reason',
    ],
    sums: ['at', 'pushed_at'],
    page: 500,
  },
  lifecycle_previews: {
    key: ['repository_id'],
    columns: ['repository_id', 'id', 'policy_text', 'status', 'started_at', 'ended_at', 'expiring', 'transitioning'],
    sums: ['expiring', 'transitioning'],
    page: 100,
  },
  lifecycle_preview_results: {
    key: ['repository_id', 'preview_id', 'place'],
    columns: [
      'repository_id',
      'preview_id',
      'place',
      'digest',
      'tags',
      'pushed_at',
      'action',
      'rule_priority',
      'storage_class',
    ],
    sums: ['place'],
    page: 500,
  },
};
