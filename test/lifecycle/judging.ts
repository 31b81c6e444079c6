import { evaluate } from '../../src/lifecycle/evaluate.ts';
import type { LifecycleRule } from '../../src/values/lifecycle-policy.ts';
import type { JudgedImage } from '../../src/values/lifecycle-verdict.ts';

export const DAY = 24 * 60 * 60 * 1000;
export const NOW = 1_000 * DAY;

export function anImage(digest: string, given: Partial<JudgedImage> = {}): JudgedImage {
  return {
    digest,
    tags: [],
    pushedAt: NOW - 10 * DAY,
    status: 'ACTIVE',
    archivedAt: undefined,
    activatedAt: undefined,
    pulledAt: undefined,
    usedAt: undefined,
    subjectDigest: undefined,
    indexes: [],
    ...given,
  };
}

export function aRule(priority: number, given: Partial<LifecycleRule> = {}): LifecycleRule {
  return {
    priority,
    description: undefined,
    tags: { kind: 'any' },
    storageClass: 'standard',
    countType: 'sinceImagePushed',
    countNumber: 5,
    action: 'expire',
    ignoresIndexChildren: false,
    notInUseForDays: undefined,
    ...given,
  };
}

/** What is acted on, by which rule. */
export function acted(images: readonly JudgedImage[], rules: readonly LifecycleRule[]): Record<string, string> {
  const verdicts = evaluate(images, rules, NOW);
  return Object.fromEntries(
    images.flatMap(({ digest }, at) => {
      const verdict = verdicts[at];
      return verdict && verdict.action !== 'keep' ? [[digest, `${verdict.action} ${verdict.rule}`]] : [];
    }),
  );
}
