import type { AuditTables } from './audit-tables.ts';
import type { TableToCopy } from './copy-tables.ts';

/** How the tables of the audit trail are copied. */
export const COPIED_AUDIT_TABLES: {
  readonly [Table in keyof AuditTables]: TableToCopy<keyof AuditTables[Table] & string>;
} = {
  audit_events: {
    key: ['event_id'],
    columns: [
      'event_id',
      'account',
      'region',
      'at',
      'event_name',
      'event_source',
      'read_only',
      'username',
      'access_key_id',
      'record',
    ],
    sums: ['at'],
    page: 500,
  },
  audit_resources: {
    key: ['event_id', 'type', 'name'],
    columns: ['event_id', 'type', 'name', 'account', 'region', 'at'],
    sums: ['at'],
    page: 1_000,
  },
};
