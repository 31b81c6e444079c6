import type { LifecycleRule } from '../../src/values/lifecycle-policy.ts';

/** An example of the ECR user guide ("Examples of lifecycle policies"), as data. */
export interface PublishedExample {
  readonly name: string;
  readonly images: readonly { readonly digest: string; readonly days: number; readonly tags: readonly string[] }[];
  /** By priority, from 1. */
  readonly rules: readonly Partial<LifecycleRule>[];
  /** Priorities of the rules that act, by image. */
  readonly expired: Readonly<Record<string, number>>;
}

const prefixes = (...list: string[]) => ({ tags: { kind: 'prefixes', prefixes: list } }) as const;
const moreThanOne = { countType: 'imageCountMoreThan', countNumber: 1 } as const;
const image = (digest: string, days: number, ...tags: string[]) => ({ digest, days, tags });

const SHARED = [image('A', 10, 'beta-1', 'prod-1'), image('B', 9, 'beta-2', 'prod-2'), image('C', 8, 'beta-3')];

export const PUBLISHED_EXAMPLES: readonly PublishedExample[] = [
  {
    name: 'a stronger rule shields what it leaves alone',
    images: SHARED,
    rules: [
      { ...prefixes('prod'), ...moreThanOne },
      { ...prefixes('beta'), ...moreThanOne },
    ],
    expired: { A: 1 },
  },
  {
    name: 'the same rules the other way round',
    images: SHARED,
    rules: [
      { ...prefixes('beta'), ...moreThanOne },
      { ...prefixes('prod'), ...moreThanOne },
    ],
    expired: { A: 1, B: 1 },
  },
  {
    name: 'of several prefixes each must fit, by age',
    images: [
      image('A', 12, 'alpha-1'),
      image('B', 11, 'beta-1'),
      image('C', 10, 'alpha-2', 'beta-2'),
      image('D', 4, 'alpha-3'),
      image('E', 3, 'beta-3'),
      image('F', 2, 'alpha-4', 'beta-4'),
    ],
    rules: [{ ...prefixes('alpha', 'beta'), countType: 'sinceImagePushed', countNumber: 5 }],
    expired: { C: 1 },
  },
  {
    name: 'of several prefixes each must fit, by count',
    images: [
      image('A', 10, 'alpha-1', 'beta-1', 'gamma-1'),
      image('B', 9, 'alpha-2', 'beta-2'),
      image('C', 8, 'alpha-3', 'beta-3', 'gamma-2'),
    ],
    rules: [{ ...prefixes('alpha', 'beta'), ...moreThanOne }],
    expired: { A: 1, B: 1 },
  },
  {
    name: 'any image counts, with tags and without',
    images: [image('A', 4, 'alpha-1'), image('B', 3, 'beta-1'), image('C', 2), image('D', 1, 'alpha-2')],
    rules: [{ tags: { kind: 'any' }, ...moreThanOne }],
    expired: { A: 1, B: 1, C: 1 },
  },
  {
    name: 'three kinds of rules together',
    images: [
      image('A', 4, 'alpha-1', 'beta-1'),
      image('B', 3),
      image('C', 2, 'alpha-2'),
      image('D', 1, 'git hash'),
      image('E', 1),
    ],
    rules: [
      { ...prefixes('alpha'), ...moreThanOne },
      { tags: { kind: 'untagged' }, countType: 'sinceImagePushed', countNumber: 1 },
      { tags: { kind: 'any' }, ...moreThanOne },
    ],
    expired: { A: 1, B: 2, D: 3 },
  },
];
