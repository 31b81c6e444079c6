/** What is stored and used, and for how long. */
export interface MeteringTables {
  stored_parts: StoredPartRow;
  storage_levels: StorageLevelRow;
  metered_storage: MeteredStorageRow;
  metered_usage: MeteredUsageRow;
  metered_batches: MeteredBatchRow;
  cost_tags: CostTagRow;
}

/** A manifest or layer that images of a repository need, as far as the meter has come. */
export interface StoredPartRow {
  repository_id: string;
  kind: 'manifest' | 'layer';
  digest: string;
  size: number;
  active_refs: number;
  archived_refs: number;
  /** Since when only archived images need it; null while another one does. */
  archived_at: number | null;
}

/** Bytes that a repository stores in a class. Written when they change: what is idle costs nothing. */
export interface StorageLevelRow {
  repository_id: string;
  storage_class: 'STANDARD' | 'ARCHIVE';
  account: string;
  region: string;
  repository_name: string;
  bytes: number;
  since: number;
}

/** A number of bytes times milliseconds, `coarse` times 2^36 and `fine`: together more than a number of 64 bits holds. */
export interface SplitAmount {
  coarse: number;
  fine: number;
}

/**
 * Storage that was counted. From `starts_at` until `ends_at` is an hour, or several that have the same each; what is
 * older is in days and months.
 */
export interface MeteredStorageRow extends SplitAmount {
  account: string;
  region: string;
  ends_at: number;
  starts_at: number;
  repository_name: string;
  kind: string;
  unit: MeteredUnit;
}

/** What rows begin and end with. Those of hours become days with the time, and those months. */
export type MeteredUnit = 'hour' | 'day' | 'month';

/** Bytes sent, requests and the like, in an hour, day or month. */
export interface MeteredUsageRow {
  account: string;
  region: string;
  ends_at: number;
  starts_at: number;
  /** Empty for what concerns no repository. */
  repository_name: string;
  kind: string;
  operation: string;
  /** Who counted: each process has rows of its own. Empty for what was rolled up. */
  node: string;
  quantity: number;
  unit: MeteredUnit;
}

/** What a process counted is written down under an id of its own: written again, it counts once. */
export interface MeteredBatchRow {
  id: string;
  at: number;
}

/** The tags of a repository that is gone: costs of the past are looked up by them. */
export interface CostTagRow {
  account: string;
  region: string;
  repository_name: string;
  key: string;
  value: string;
}
