import type { LifecycleAction } from '../../values/lifecycle-policy.ts';

/** What lifecycle policies say, did, and would do. All of it goes with its repository. */
export interface LifecycleTables {
  lifecycle_policies: LifecyclePolicyRow;
  lifecycle_actions: LifecycleActionRow;
  lifecycle_previews: LifecyclePreviewRow;
  lifecycle_preview_results: LifecyclePreviewResultRow;
}

export interface LifecyclePolicyRow {
  repository_id: string;
  /** Another one for each text that is put: a run ends when it is not the one that it began with. */
  id: string;
  /** As it was given. */
  policy_text: string;
  put_at: number;
  /** 0 before the first run. */
  last_evaluated_at: number;
  /** When it is to be run again. */
  due_at: number;
}

/** The journal: what was done to an image, and why. */
export interface LifecycleActionRow {
  repository_id: string;
  at: number;
  /** A UUID. */
  id: string;
  digest: string;
  action: LifecycleAction;
  /** JSON list of the tags that it had. */
  tags: string;
  pushed_at: number;
  policy_id: string;
  /** Null for what followed its subject without a rule. */
  rule_priority: number | null;
  /** A clause that says why, for people. */
  reason: string;
}

export interface LifecyclePreviewRow {
  repository_id: string;
  id: string;
  policy_text: string;
  /** EXPIRED once its results are being dropped. */
  status: 'IN_PROGRESS' | 'COMPLETE' | 'FAILED' | 'EXPIRED';
  started_at: number;
  ended_at: number | null;
  expiring: number;
  transitioning: number;
}

/** An image that a preview would act on, in the order in which a run would. */
export interface LifecyclePreviewResultRow {
  repository_id: string;
  preview_id: string;
  place: number;
  digest: string;
  /** JSON list. */
  tags: string;
  pushed_at: number;
  action: LifecycleAction;
  rule_priority: number | null;
  storage_class: 'STANDARD' | 'ARCHIVE';
}
