import { COPIED_AUDIT_TABLES } from './copy-audit-tables.ts';
import { COPIED_CONFIGURATION_TABLES } from './copy-configuration-tables.ts';
import { COPIED_EVENT_TABLES } from './copy-event-tables.ts';
import { COPIED_IDENTITY_TABLES } from './copy-identity-tables.ts';
import { COPIED_JOB_TABLES } from './copy-job-tables.ts';
import { COPIED_KMS_TABLES } from './copy-kms-tables.ts';
import { COPIED_LIFECYCLE_TABLES } from './copy-lifecycle-tables.ts';
import { COPIED_METERING_TABLES } from './copy-metering-tables.ts';
import { COPIED_IMAGE_SIGNINGS, COPIED_SIGNING_TABLES } from './copy-signing-tables.ts';
import type { Tables } from './tables.ts';
import { COPIED_TRASH_TABLES } from './trash-tables.ts';

/** How a table is copied: by pages in the order of its key. */
export interface TableToCopy<Column extends string = string> {
  readonly key: readonly Column[];
  readonly columns: readonly Column[];
  /** Columns of numbers whose sums must be the same on both sides. */
  readonly sums: readonly Column[];
  /** Rows of one page: fewer where a row may be megabytes long. */
  readonly page: number;
}

/** What is not copied: what belongs to the database itself, to processes and to clients of the moment. */
type Excepted = 'installation' | 'leases' | 'uploads' | 'next_of_images' | 'next_of_layers';
export type CopiedTable = Exclude<keyof Tables, Excepted>;

/** Every table that is copied; each behind those that its foreign keys name. */
export const COPIED_TABLES: { readonly [Table in CopiedTable]: TableToCopy<keyof Tables[Table] & string> } = {
  ...COPIED_IDENTITY_TABLES,
  ...COPIED_KMS_TABLES,
  ...COPIED_AUDIT_TABLES,
  ...COPIED_JOB_TABLES,
  ...COPIED_EVENT_TABLES,
  ...COPIED_CONFIGURATION_TABLES,
  ...COPIED_SIGNING_TABLES,
  ...COPIED_METERING_TABLES,
  account_settings: {
    key: ['account', 'region', 'name'],
    columns: ['account', 'region', 'name', 'value'],
    sums: [],
    page: 1_000,
  },
  repositories: {
    key: ['id'],
    columns: [
      'id',
      'account',
      'region',
      'name',
      'created_at',
      'tag_mutability',
      'tag_mutability_exclusions',
      'scan_on_push',
      'encryption_type',
      'kms_key',
    ],
    sums: ['scan_on_push'],
    page: 1_000,
  },
  ...COPIED_LIFECYCLE_TABLES,
  repository_tags: {
    key: ['repository_id', 'key'],
    columns: ['repository_id', 'key', 'value'],
    sums: [],
    page: 1_000,
  },
  objects: {
    key: ['object_key'],
    columns: [
      'object_key',
      'account',
      'region',
      'digest',
      'size',
      'state',
      'created_at',
      'stored_size',
      'seal',
      'key_scope',
    ],
    sums: ['size', 'stored_size'],
    page: 200,
  },
  layers: {
    key: ['repository_id', 'digest'],
    columns: [
      'repository_id',
      'digest',
      'object_key',
      'size',
      'media_type',
      'leased_until',
      'created_at',
      'seal',
      'was_archived',
      'number',
    ],
    sums: ['size', 'leased_until'],
    page: 1_000,
  },
  collection_candidates: { key: ['object_key'], columns: ['object_key', 'reason'], sums: [], page: 1_000 },
  collected_objects: {
    key: ['object_key'],
    columns: [
      'object_key',
      'account',
      'region',
      'digest',
      'size',
      'draft_state',
      'reason',
      'condemned_at',
      'due_at',
      'removed_at',
    ],
    sums: ['size', 'removed_at'],
    page: 1_000,
  },
  images: {
    key: ['repository_id', 'digest'],
    columns: [
      'repository_id',
      'digest',
      'media_type',
      'artifact_type',
      'manifest_size',
      'image_size',
      'subject_digest',
      'annotations',
      'pushed_at',
      'manifest',
      'is_sealed',
      'status',
      'archived_at',
      'activated_at',
      'number',
    ],
    sums: ['manifest_size', 'image_size', 'pushed_at', 'is_sealed'],
    page: 100,
  },
  image_pulls: {
    key: ['repository_id', 'digest', 'tag'],
    columns: ['repository_id', 'digest', 'tag', 'pulls', 'last_pulled_at'],
    sums: ['pulls'],
    page: 1_000,
  },
  ...COPIED_TRASH_TABLES,
  image_uses: {
    key: ['repository_id', 'digest', 'reporter'],
    columns: ['repository_id', 'digest', 'reporter', 'last_in_use_at', 'in_use_count', 'detail'],
    sums: ['in_use_count'],
    page: 1_000,
  },
  pull_time_exclusions: {
    key: ['account', 'region', 'principal_arn'],
    columns: ['account', 'region', 'principal_arn', 'created_at'],
    sums: [],
    page: 1_000,
  },
  image_signings: COPIED_IMAGE_SIGNINGS,
  image_layers: {
    key: ['image_number', 'layer_number'],
    columns: ['image_number', 'layer_number'],
    sums: ['image_number', 'layer_number'],
    page: 2_000,
  },
  image_children: {
    key: ['repository_id', 'index_digest', 'child_digest'],
    columns: ['repository_id', 'index_digest', 'child_digest'],
    sums: [],
    page: 2_000,
  },
  tags: {
    key: ['repository_id', 'tag'],
    columns: ['repository_id', 'tag', 'digest', 'updated_at'],
    sums: ['updated_at'],
    page: 1_000,
  },
};
