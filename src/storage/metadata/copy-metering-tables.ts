import type { TableToCopy } from './copy-tables.ts';
import type { MeteringTables } from './metering-tables.ts';

/** How what was metered is copied. */
export const COPIED_METERING_TABLES: {
  readonly [Table in keyof MeteringTables]: TableToCopy<keyof MeteringTables[Table] & string>;
} = {
  stored_parts: {
    key: ['repository_id', 'kind', 'digest'],
    columns: ['repository_id', 'kind', 'digest', 'size', 'active_refs', 'archived_refs', 'archived_at'],
    sums: ['size', 'active_refs', 'archived_refs'],
    page: 1_000,
  },
  storage_levels: {
    key: ['repository_id', 'storage_class'],
    columns: ['repository_id', 'storage_class', 'account', 'region', 'repository_name', 'bytes', 'since'],
    sums: ['bytes', 'since'],
    page: 1_000,
  },
  metered_storage: {
    key: ['account', 'ends_at', 'starts_at', 'region', 'repository_name', 'kind'],
    columns: ['account', 'region', 'ends_at', 'starts_at', 'repository_name', 'kind', 'coarse', 'fine', 'unit'],
    sums: ['coarse', 'fine'],
    page: 1_000,
  },
  metered_usage: {
    key: ['account', 'ends_at', 'starts_at', 'region', 'repository_name', 'kind', 'operation', 'node'],
    columns: [
      'account',
      'region',
      'ends_at',
      'starts_at',
      'repository_name',
      'kind',
      'operation',
      'node',
      'quantity',
      'unit',
    ],
    sums: ['quantity'],
    page: 1_000,
  },
  metered_batches: { key: ['id'], columns: ['id', 'at'], sums: ['at'], page: 1_000 },
  cost_tags: {
    key: ['account', 'region', 'repository_name', 'key'],
    columns: ['account', 'region', 'repository_name', 'key', 'value'],
    sums: [],
    page: 1_000,
  },
};
