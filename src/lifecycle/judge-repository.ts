import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LifecyclePolicy } from '../values/lifecycle-policy.ts';
import type { JudgedImage, Verdict } from '../values/lifecycle-verdict.ts';
import type { World } from '../world.ts';
import { evaluating } from './evaluate.ts';
import { readImages } from './read-images.ts';

export interface Judged {
  readonly images: readonly JudgedImage[];
  /** Of each image, in their order. */
  readonly verdicts: readonly Verdict[];
}

/** What a policy makes of a repository as it is at `at`. Others have their turn meanwhile. */
export async function judgeRepository(
  world: Pick<World, 'metadata'>,
  { repositoryId, policy, at }: { readonly repositoryId: string; readonly policy: LifecyclePolicy; readonly at: Date },
  signal?: AbortSignal,
): Promise<Judged> {
  const images = await readImages(world, repositoryId);
  const steps = evaluating(images, policy.rules, at.getTime());
  for (;;) {
    signal?.throwIfAborted();
    const step = steps.next();
    if (step.done) return { images, verdicts: step.value };
    await nextTurn();
  }
}
