/** What can be wrong. Each is explained where it is found. */
export type FindingKind =
  | 'bytes-missing'
  | 'bytes-unknown'
  | 'bytes-unreadable'
  | 'wrong-size'
  | 'wrong-digest'
  | 'seal-broken'
  | 'object-lost'
  | 'object-found'
  | 'object-forgotten'
  | 'layer-missing'
  | 'layer-without-object'
  | 'layer-forgotten'
  | 'image-corrupt'
  | 'image-references-differ'
  | 'tag-without-image'
  | 'upload-cut'
  | 'meter-differs';

export interface Finding {
  readonly kind: FindingKind;
  /** What it is about: an object's key, an image or a layer with its repository, an upload's id. */
  readonly subject: string;
  /** What is wrong, a sentence. */
  readonly detail: string;
  /** What to do about it, a sentence. */
  readonly next: string;
  /** `mended`: all is well again. `contained`: nothing gets worse, and what `next` says is still to be done. */
  readonly outcome: 'found' | 'contained' | 'mended';
}

/** Counts of what was looked at. */
export interface Checked {
  objects: number;
  /** Of those, objects that nobody may open now: their KMS key is disabled or gone. They were measured, not read. */
  closed: number;
  bytes: number;
  stored: number;
  layers: number;
  images: number;
  tags: number;
  uploads: number;
}

/** A repository's or image's name for people. */
export function nameOf(
  { account, region, name }: { account: string | null; region: string | null; name: string | null },
  reference: string,
): string {
  return name === null ? `a repository that is not there, ${reference}` : `${account}/${region}/${name}${reference}`;
}
