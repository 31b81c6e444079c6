import type { ColumnType } from 'kysely';
import type { ImageStatus } from '../../values/image-status.ts';
import type { TagMutabilityMode } from '../../values/tag-mutability.ts';
import type { AuditTables } from './audit-tables.ts';
import type { ConfigurationTables } from './configuration-tables.ts';
import type { EventTables } from './event-tables.ts';
import type { IdentityTables } from './identity-tables.ts';
import type { JobTables } from './job-tables.ts';
import type { KmsTables } from './kms-tables.ts';
import type { LifecycleTables } from './lifecycle-tables.ts';
import type { MeteringTables } from './metering-tables.ts';
import type { SigningTables } from './signing-tables.ts';
import type { TrashTables } from './trash-tables.ts';

/**
 * The rows. Times are milliseconds since the epoch, sizes bytes, booleans 0 and 1: what every database has.
 * A registry is `account` and `region` together; what belongs to a repository is found by its id, which is never
 * used again, so that a namesake created later inherits nothing.
 */
export interface Tables
  extends IdentityTables,
    KmsTables,
    LifecycleTables,
    AuditTables,
    TrashTables,
    JobTables,
    EventTables,
    ConfigurationTables,
    SigningTables,
    MeteringTables {
  accounts: AccountRow;
  access_keys: AccessKeyRow;
  account_settings: AccountSettingRow;
  repositories: RepositoryRow;
  repository_tags: RepositoryTagRow;
  images: NumberedTable<ImageRow>;
  next_of_images: Numbered;
  image_layers: ImageLayerRow;
  image_children: ImageChildRow;
  image_pulls: ImagePullRow;
  image_uses: ImageUseRow;
  pull_time_exclusions: PullTimeExclusionRow;
  tags: TagRow;
  objects: ObjectRow;
  layers: NumberedTable<LayerRow>;
  next_of_layers: Numbered;
  collection_candidates: CollectionCandidateRow;
  uploads: UploadRow;
  collected_objects: CollectedObjectRow;
  installation: InstallationRow;
  leases: LeaseRow;
}

/** What is said once of the whole installation: see `installation.ts`. */
export interface InstallationRow {
  name: string;
  value: string;
}

/** Work that one process does at a time. Whoever takes it over raises the fence, and the one before is out. */
export interface LeaseRow {
  name: string;
  holder: string;
  fence: number;
  held_until: number;
}

export interface AccountRow {
  account: string;
  created_at: number;
  /** What the operator calls it; null for one that was never named. */
  name: string | null;
  /** IAM's account alias, unique in the installation. */
  alias: string | null;
  /** When it was closed: nobody of it may do anything since. */
  closed_at: number | null;
  /** JSON of IAM's password policy; null where the default holds. */
  password_policy: string | null;
  /** Raised by each change of the account's users, groups, roles and policies: what was read of them is good under it. */
  identity_version: number;
}

export interface AccessKeyRow {
  access_key_id: string;
  account: string;
  /** Id of the user whose key this is; of an account's root the account. */
  owner_id: string;
  /** The secret access key, sealed: signatures cannot be verified with less than the secret itself. */
  sealed_secret: Uint8Array;
  status: 'Active' | 'Inactive';
  /** Login tokens carry this number; raising it ends those that are out. */
  token_epoch: number;
  created_at: number;
  last_used_at: number | null;
  /** The service and region of the last use, as a signature names them. */
  last_used_service: string | null;
  last_used_region: string | null;
}

export interface AccountSettingRow {
  account: string;
  region: string;
  name: string;
  value: string;
}

export interface RepositoryRow {
  id: string;
  account: string;
  region: string;
  name: string;
  created_at: number;
  tag_mutability: TagMutabilityMode;
  /** JSON list of wildcards. */
  tag_mutability_exclusions: string;
  scan_on_push: number;
  encryption_type: string;
  kms_key: string | null;
}

export interface RepositoryTagRow {
  repository_id: string;
  key: string;
  value: string;
}

export interface ImageRow {
  repository_id: string;
  digest: string;
  media_type: string;
  /** `artifactType` of the manifest, else the config's media type; null for an index without one. */
  artifact_type: string | null;
  /** Length of the manifest itself. */
  manifest_size: number;
  /** ECR's imageSizeInBytes: layers and config; of an index its largest child. */
  image_size: number;
  subject_digest: string | null;
  /** JSON of the manifest's annotations: referrers answer with them. Sealed as the manifest is, in Base64 then. */
  annotations: string | null;
  pushed_at: number;
  /** The exact bytes that were pushed; sealed, a cell of them (`kms/envelope/cell.ts`). */
  manifest: Uint8Array;
  is_sealed: number;
  /** An archived image is kept and cannot be pulled; an activating one is on its way back. */
  status: ImageStatus;
  /** When it was last archived; null for one that never was. */
  archived_at: number | null;
  /** When it last came back; null for one that never did. */
  activated_at: number | null;
}

/**
 * How often an image was pulled, and when last: under each tag that it was asked by, and under the empty one by digest.
 * Apart from the image, so that no pull waits for a push.
 */
export interface ImagePullRow {
  repository_id: string;
  digest: string;
  tag: string;
  pulls: number;
  /** 0 where nobody pulled it but those whose pulls do not count for the time. */
  last_pulled_at: number;
}

/** That an image runs somewhere, as whoever runs it reports. */
export interface ImageUseRow {
  repository_id: string;
  digest: string;
  /** What the reporter calls itself: a cluster, a host. */
  reporter: string;
  last_in_use_at: number;
  /** How many containers ran it at the reporter's last report. */
  in_use_count: number;
  /** What the reporter says of it, for people. */
  detail: string | null;
}

/** A user or role whose pulls leave the time of the last one as it is. */
export interface PullTimeExclusionRow {
  account: string;
  region: string;
  principal_arn: string;
  created_at: number;
}

/**
 * With a number by which other rows refer to it: a fraction of a digest's size, and next to those of its time. The view
 * `next_of_...` has that of the next row.
 */
export interface Numbered {
  number: number;
}

type NumberedTable<Row> = Row & { number: ColumnType<number, number, never> };

/** That an image needs a layer of its repository. */
export interface ImageLayerRow {
  image_number: number;
  layer_number: number;
}

export interface ImageChildRow {
  repository_id: string;
  index_digest: string;
  child_digest: string;
}

export interface TagRow {
  repository_id: string;
  tag: string;
  digest: string;
  updated_at: number;
}

/** Bytes in the blob store. `lost`: a row whose bytes are gone, so that a push of the same digest repairs it. */
export interface ObjectRow {
  object_key: string;
  account: string;
  region: string;
  digest: string;
  size: number;
  state: 'live' | 'lost';
  created_at: number;
  /** Bytes in the store: more than `size` where they are sealed. */
  stored_size: number;
  /** How they are sealed (`kms/envelope/seal.ts`); null where they are not. */
  seal: Uint8Array | null;
  /** Whose they are: only repositories with the same key share them. Empty for the registry's own key. */
  key_scope: string;
}

/** A layer in a repository. It stays while an image refers to it or its lease runs. */
export interface LayerRow {
  repository_id: string;
  digest: string;
  object_key: string;
  size: number;
  /** The media type under which an image first referred to it. */
  media_type: string | null;
  /**
   * 0 once a collection found that it had run out while an image needed the layer: nobody need look at the layer again
   * until its last image goes, and that gives it a new lease.
   */
  leased_until: number;
  created_at: number;
  /** The object's seal with data keys that are wrapped for this repository; null where that of the object serves. */
  seal: Uint8Array | null;
  /**
   * 1 once an image that needs it was archived after the layer was last uploaded: only then it is looked up, for each
   * answer, whether others that need it are active. No push clears it, so that none waits for another.
   */
  was_archived: number;
}

/**
 * An object that lost a layer, and so perhaps its last: entered in the transaction that took the layer. Collections
 * look at these alone, never at all that is stored.
 */
export interface CollectionCandidateRow {
  object_key: string;
  /** Why the layer went. */
  reason: string;
}

export interface UploadRow {
  id: string;
  account: string;
  region: string;
  repository_id: string;
  principal_arn: string;
  object_key: string;
  /** Durable bytes, as the client sent them. */
  size: number;
  /** The blob store's own state of the draft; empty until the first bytes are durable. */
  draft_state: string;
  /** Durable bytes in the store: more than `size` where they are sealed. */
  stored_size: number;
  /** How they are sealed; null where they are not, or nothing is durable yet. */
  seal: Uint8Array | null;
  /** Algorithm asked for at the start (`digest-algorithm`), else sha256. */
  algorithm: string;
  /** ECR's layer parts: how many, and whether one before the last was under 5 MiB. */
  parts: number;
  last_part_size: number;
  small_part: number;
  /** Who is adding bytes now, and until when he may. */
  claim: string | null;
  claimed_until: number;
  created_at: number;
  expires_at: number;
}

/**
 * The journal of garbage collection: what went, when and why. An object is entered in the transaction that takes its
 * last row, and its bytes are removed afterwards: `removed_at` is null until they are.
 */
export interface CollectedObjectRow {
  object_key: string;
  account: string;
  region: string;
  digest: string | null;
  size: number;
  /** Of an upload that ended: the store's own state of its draft, which may be more than an object to remove. */
  draft_state: string | null;
  /** A clause that says why: `repository app was deleted`. */
  reason: string;
  condemned_at: number;
  /** When the bytes may go. */
  due_at: number;
  removed_at: number | null;
}
