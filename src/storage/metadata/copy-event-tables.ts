import type { TableToCopy } from './copy-tables.ts';
import type { EventTables } from './event-tables.ts';

/** How rules about events are copied; what belongs to a rule behind it. */
export const COPIED_EVENT_TABLES: {
  readonly [Table in keyof EventTables]: TableToCopy<keyof EventTables[Table] & string>;
} = {
  event_rules: {
    key: ['account', 'region', 'name'],
    columns: [
      'account',
      'region',
      'name',
      'pattern',
      'is_enabled',
      'state',
      'description',
      'role_arn',
      'created_by',
      'created_at',
    ],
    sums: ['is_enabled'],
    page: 1_000,
  },
  event_targets: {
    key: ['account', 'region', 'rule_name', 'target_id'],
    columns: ['account', 'region', 'rule_name', 'target_id', 'arn', 'target'],
    sums: [],
    page: 200,
  },
  event_rule_tags: {
    key: ['account', 'region', 'rule_name', 'tag_key'],
    columns: ['account', 'region', 'rule_name', 'tag_key', 'tag_value'],
    sums: [],
    page: 1_000,
  },
};
