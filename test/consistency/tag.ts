import { impossible, type SequentialModel } from './linearizability.ts';

/** What clients do to a tag. */
export type TagOp =
  /** An image is pushed under the tag. */
  | { readonly kind: 'put'; readonly digest: string }
  | { readonly kind: 'get' }
  | { readonly kind: 'delete' }
  /** The image is deleted by its digest, and its tags with it. */
  | { readonly kind: 'delete image'; readonly digest: string };

/** Of `get`: the digest; undefined where there is no such tag. Of all others: undefined. */
export type TagResult = string | undefined;

/** A tag is a register: it points at the image that was put last, until that goes. */
export const tagModel: SequentialModel<string | undefined, TagOp, TagResult> = {
  initial: undefined,
  step(state, op, result) {
    if (op.kind === 'put') return op.digest;
    if (op.kind === 'delete') return undefined;
    if (op.kind === 'delete image') return state === op.digest ? undefined : state;
    return result === undefined || result.is === state ? state : impossible;
  },
  key: (state) => state ?? '',
  // What nobody read and nobody deleted cannot be told from what was there before, until that is overwritten as well.
  matters: (op, others) =>
    op.kind !== 'put' ||
    others.some(
      (it) =>
        (it.op.kind === 'get' && it.outcome.kind === 'ok' && it.outcome.result === op.digest) ||
        (it.op.kind === 'delete image' && it.op.digest === op.digest),
    ),
};
