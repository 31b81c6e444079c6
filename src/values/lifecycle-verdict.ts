import type { ImageStatus } from './image-status.ts';
import type { LifecycleAction } from './lifecycle-policy.ts';

/** What a lifecycle policy looks at in an image. Times are milliseconds since the epoch. */
export interface JudgedImage {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: number;
  readonly status: ImageStatus;
  /** When it was last archived, and when it last came back; undefined for what never happened. */
  readonly archivedAt: number | undefined;
  readonly activatedAt: number | undefined;
  /** When it was last pulled. */
  readonly pulledAt: number | undefined;
  /** When it was last reported to be in use. */
  readonly usedAt: number | undefined;
  readonly subjectDigest: string | undefined;
  /** The indexes of the repository that hold it. */
  readonly indexes: readonly string[];
}

/** What becomes of an image, and why. */
export interface Verdict {
  readonly action: LifecycleAction | 'keep';
  /** Priority of the rule that decides; undefined when none is about the image. */
  readonly rule: number | undefined;
  readonly why: Reason;
  /** Rules behind it that would act on the image, were that one not before them. */
  readonly shieldedFrom: readonly number[];
}

export type Reason =
  /** No rule is about images with its tags and of its storage class. */
  | { readonly kind: 'no-rule' }
  /** It is on its way back from the archive. */
  | { readonly kind: 'activating' }
  /** The youngest has place 1; the rule keeps so many. */
  | { readonly kind: 'place'; readonly place: number; readonly keeps: number }
  | { readonly kind: 'age'; readonly since: Since; readonly at: number; readonly days: number }
  /** The rule would act on it, but an index that stays holds it. */
  | { readonly kind: 'index'; readonly index: string }
  /** The rule does not count what an index holds. */
  | { readonly kind: 'not-counted'; readonly index: string }
  | { readonly kind: 'in-use'; readonly at: number; readonly days: number }
  /** It refers to another image, and goes or stays with it. */
  | { readonly kind: 'subject'; readonly subject: string };

export type Since = 'pushed' | 'restored' | 'pulled' | 'archived';
