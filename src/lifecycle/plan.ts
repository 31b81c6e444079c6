import type { LifecycleAction } from '../values/lifecycle-policy.ts';
import type { JudgedImage, Verdict } from '../values/lifecycle-verdict.ts';
import { ageOf } from './evaluate.ts';

/** An image that is to be acted on. */
export interface PlannedAction {
  readonly image: JudgedImage;
  readonly verdict: Verdict & { readonly action: LifecycleAction };
}

/**
 * What is to be done, in an order in which it can be: oldest first, but each index before what it holds and each subject
 * before what refers to it. Pure.
 */
export function planActions(images: readonly JudgedImage[], verdicts: readonly Verdict[]): PlannedAction[] {
  const oldestFirst: PlannedAction[] = [];
  for (const [at, image] of images.entries()) {
    const verdict = verdicts[at];
    if (verdict && isActed(verdict)) oldestFirst.push({ image, verdict });
  }
  oldestFirst.sort((a, b) => ageOf(a.image) - ageOf(b.image) || (a.image.digest < b.image.digest ? -1 : 1));
  // As a rule no image has to do with another, and a hundred thousand need not be held twice.
  if (!oldestFirst.some(({ image }) => image.subjectDigest !== undefined || image.indexes.length > 0))
    return oldestFirst;

  const waiting = new Map(oldestFirst.map((it) => [it.image.digest, it]));
  const planned: PlannedAction[] = [];
  for (const action of oldestFirst) {
    // Without recursion: indexes may be nested deeper than calls can be.
    const path = [action];
    for (let next = path.at(-1); next !== undefined; next = path.at(-1)) {
      const before = waiting.has(next.image.digest) ? firstOf(next, waiting, path) : undefined;
      if (before) {
        path.push(before);
        continue;
      }
      path.pop();
      if (waiting.delete(next.image.digest)) planned.push(next);
    }
  }
  return planned;
}

/** Something that must go before it and has not. */
function firstOf(
  { image: { subjectDigest, indexes } }: PlannedAction,
  waiting: ReadonlyMap<string, PlannedAction>,
  path: readonly PlannedAction[],
): PlannedAction | undefined {
  for (const digest of subjectDigest === undefined ? indexes : [...indexes, subjectDigest]) {
    const before = waiting.get(digest);
    if (before && !path.includes(before)) return before;
  }
  return undefined;
}

function isActed(verdict: Verdict): verdict is PlannedAction['verdict'] {
  return verdict.action !== 'keep';
}
