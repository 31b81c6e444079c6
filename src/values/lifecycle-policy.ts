/** A lifecycle policy, as its text says it and in the order in which its rules count. Amazon ECR user guide, "Lifecycle policies". */
export interface LifecyclePolicy {
  /** By ascending priority: the first one is the strongest. */
  readonly rules: readonly LifecycleRule[];
}

export interface LifecycleRule {
  readonly priority: number;
  readonly description: string | undefined;
  readonly tags: TagRequirement;
  /** Images of which storage class it is about. */
  readonly storageClass: 'standard' | 'archive';
  readonly countType: CountType;
  /** Images for `imageCountMoreThan`, days of 86,400 seconds for the others. */
  readonly countNumber: number;
  readonly action: LifecycleAction;
  /** docs/differences.md, "Lifecycle extensions": images that an index holds are neither counted nor acted on. */
  readonly ignoresIndexChildren: boolean;
  /** docs/differences.md, "Lifecycle extensions": an image that was in use within so many days is left alone. */
  readonly notInUseForDays: number | undefined;
}

export type CountType = 'imageCountMoreThan' | 'sinceImagePushed' | 'sinceImagePulled' | 'sinceImageTransitioned';

export type LifecycleAction = 'expire' | 'transition';

/** Which tags an image must have. Of a list each prefix, or pattern, must fit one of its tags. */
export type TagRequirement =
  | { readonly kind: 'any' }
  | { readonly kind: 'untagged' }
  | { readonly kind: 'prefixes'; readonly prefixes: readonly string[] }
  | { readonly kind: 'patterns'; readonly patterns: readonly string[] };
