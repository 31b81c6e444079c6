import type { DigestAlgorithm } from '../values/digest.ts';

/** What the main thread asks of a hashing thread. `id` names a stream of bytes. */
export type HashRequest =
  | { readonly kind: 'start'; readonly id: number; readonly algorithm: DigestAlgorithm }
  | { readonly kind: 'update'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'digest' | 'dispose'; readonly id: number };

/** The answer to the stream's oldest unanswered `update` or `digest`. */
export interface HashAnswer {
  readonly id: number;
  /** Given for a `digest` alone. */
  readonly hex?: string;
}
