import type { RegistryId } from './registry-id.ts';

/**
 * Something that happened to what a registry holds, appended in the transaction in which it happens. All that follows
 * from it (events, jobs, metering) is done from these, in order per repository, and never by who made the change.
 */
export interface Change {
  /** A UUID. */
  readonly id: string;
  readonly at: Date;
  readonly registry: RegistryId;
  readonly repository: { readonly id: string; readonly name: string };
  /** ARN of the principal who asked for it; undefined where the registry itself did. */
  readonly by: string | undefined;
  readonly what: WhatChanged;
}

export type WhatChanged =
  | RepositoryCreated
  | RepositoryDeleted
  | ImagePushed
  | TagRemoved
  | ImageDeleted
  | StorageClassChanged
  | LifecyclePolicyChanged;

export interface RepositoryCreated {
  readonly kind: 'repository-created';
  readonly reason: 'request' | 'push' | 'replication' | 'pull-through';
}

/** Its images, tags and layers went with it, without changes of their own. */
export interface RepositoryDeleted {
  readonly kind: 'repository-deleted';
}

/** What must be known of an image when it may be gone already. */
export interface ChangedImage {
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  readonly subjectDigest: string | undefined;
}

/** What an image keeps stored. */
export interface StoredParts {
  /** Bytes of the manifest itself. */
  readonly manifestSize: number;
  /** Each layer and config that it needs of its repository, once. */
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
}

/** A manifest was stored, or tags were put on one that was there. */
export interface ImagePushed {
  readonly kind: 'image-pushed';
  readonly image: ChangedImage;
  /** What it added; undefined for an image that the repository had. */
  readonly parts: StoredParts | undefined;
  /** Tags that point at it since; empty for a push by digest. */
  readonly tags: readonly PlacedTag[];
}

export interface PlacedTag {
  readonly tag: string;
  /** Where it pointed before; undefined for a new tag. */
  readonly from: string | undefined;
}

/** A tag went, and its image stayed. */
export interface TagRemoved {
  readonly kind: 'tag-removed';
  readonly image: ChangedImage;
  readonly tag: string;
}

export interface ImageDeleted {
  readonly kind: 'image-deleted';
  readonly image: ChangedImage;
  readonly parts: StoredParts;
  readonly storageClass: StorageClass;
  /** All that it had. */
  readonly tags: readonly string[];
}

export type StorageClass = 'STANDARD' | 'ARCHIVE';

export interface StorageClassChanged {
  readonly kind: 'storage-class-changed';
  readonly image: ChangedImage;
  readonly parts: StoredParts;
  readonly to: StorageClass;
}

export interface LifecyclePolicyChanged {
  readonly kind: 'lifecycle-policy-changed';
}
