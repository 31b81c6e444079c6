import type { TableToCopy } from './copy-tables.ts';

/** What was deleted and can be had back, and where tags pointed. */
export interface TrashTables {
  trashed_images: TrashedImageRow;
  trashed_repositories: TrashedRepositoryRow;
  tag_history: TagHistoryRow;
}

/** A deleted image. Its layers stay in the repository by their lease, which ends when this is purged. */
export interface TrashedImageRow {
  repository_id: string;
  digest: string;
  media_type: string;
  /** As the image's row had it. */
  manifest: Uint8Array;
  manifest_size: number;
  is_sealed: number;
  /** JSON list of the tags that it had. */
  tags: string;
  deleted_at: number;
  deleted_by: string | null;
  purge_at: number;
}

/** A deleted repository: its row has another name meanwhile, which nobody can ask for, and keeps all that is in it. */
export interface TrashedRepositoryRow {
  repository_id: string;
  account: string;
  region: string;
  /** That it had, and may have again. */
  name: string;
  deleted_at: number;
  deleted_by: string | null;
  purge_at: number;
}

/** A tag was put somewhere, or went. */
export interface TagHistoryRow {
  repository_id: string;
  tag: string;
  at: number;
  /** Of the change. */
  id: string;
  /** Of a tag's moves the order in which they were made: clocks of nodes may differ. */
  place: number;
  /** Where it pointed before; null for a new tag. */
  from_digest: string | null;
  /** Where it points since; null for one that went. */
  to_digest: string | null;
  principal_arn: string | null;
  what: 'pushed' | 'tag removed' | 'image deleted';
}

export const COPIED_TRASH_TABLES: {
  readonly [Table in keyof TrashTables]: TableToCopy<keyof TrashTables[Table] & string>;
} = {
  trashed_images: {
    key: ['repository_id', 'digest'],
    columns: [
      'repository_id',
      'digest',
      'media_type',
      'manifest',
      'manifest_size',
      'is_sealed',
      'tags',
      'deleted_at',
      'deleted_by',
      'purge_at',
    ],
    sums: ['manifest_size', 'purge_at'],
    page: 100,
  },
  trashed_repositories: {
    key: ['repository_id'],
    columns: ['repository_id', 'account', 'region', 'name', 'deleted_at', 'deleted_by', 'purge_at'],
    sums: ['purge_at'],
    page: 1_000,
  },
  tag_history: {
    key: ['repository_id', 'tag', 'place'],
    columns: ['repository_id', 'tag', 'at', 'id', 'place', 'from_digest', 'to_digest', 'principal_arn', 'what'],
    sums: ['at'],
    page: 1_000,
  },
};
