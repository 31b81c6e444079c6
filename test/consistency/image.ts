import { impossible, type SequentialModel } from './linearizability.ts';

/** What clients do to an image, known by its digest in one repository. */
export type ImageOp = 'push' | 'delete' | 'pull';

/** Of `pull` and `delete`: whether it was there. Of `push`: true. */
export type ImageResult = boolean;

/** An image is there from its push until it is deleted. */
export const imageModel: SequentialModel<boolean, ImageOp, ImageResult> = {
  initial: false,
  step(isThere, op, result) {
    if (op === 'push') return true;
    if (result !== undefined && result.is !== isThere) return impossible;
    return op === 'delete' ? false : isThere;
  },
  key: String,
};
