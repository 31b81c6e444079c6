import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acted, anImage, aRule, DAY, NOW } from '../../test/lifecycle/judging.ts';
import type { LifecycleRule } from '../values/lifecycle-policy.ts';
import type { JudgedImage } from '../values/lifecycle-verdict.ts';
import { evaluate } from './evaluate.ts';
import { matchesTags } from './match.ts';

type Generated<A> = A extends fc.Arbitrary<infer T> ? T : never;

describe('any images and rules', () => {
  const tag = fc.constantFrom('alpha-1', 'alpha-2', 'beta-1', 'prod');
  const days = fc.integer({ min: 0, max: 12 });
  const image = fc.record({
    tags: fc.uniqueArray(tag, { maxLength: 3 }),
    days,
    status: fc.constantFrom('ACTIVE', 'ACTIVE', 'ARCHIVED', 'ACTIVATING'),
    restored: fc.option(days, { nil: undefined }),
    pulled: fc.option(days, { nil: undefined }),
    /** Places of earlier images, so that there are no circles. */
    holds: fc.array(fc.nat(20), { maxLength: 2 }),
    subject: fc.option(fc.nat(20), { nil: undefined }),
  });
  const images = fc.array(image, { maxLength: 12 });
  const tags: fc.Arbitrary<LifecycleRule['tags']> = fc.oneof(
    fc.constant({ kind: 'untagged' } as const),
    fc.record({ kind: fc.constant('prefixes' as const), prefixes: fc.constantFrom(['alpha'], ['alpha', 'beta']) }),
    fc.record({ kind: fc.constant('patterns' as const), patterns: fc.constantFrom(['*'], ['prod'], ['*-1']) }),
  );
  const rule = fc.record({
    tags,
    countType: fc.constantFrom('imageCountMoreThan', 'sinceImagePushed', 'sinceImagePulled'),
    countNumber: fc.integer({ min: 1, max: 6 }),
    action: fc.constantFrom('expire', 'transition'),
    isArchive: fc.boolean(),
  });
  const rules = fc.array(rule, { minLength: 1, maxLength: 4 });

  function imagesOf(given: readonly Generated<typeof image>[], { withGraph }: { withGraph: boolean }): JudgedImage[] {
    const digestOf = (at: number) => `d${String(at).padStart(2, '0')}`;
    return given.map((it, at) => ({
      ...anImage(digestOf(at), { tags: it.tags, pushedAt: NOW - it.days * DAY - (at % 2), status: it.status }),
      archivedAt: it.status === 'ARCHIVED' ? NOW - it.days * 30 * DAY : undefined,
      activatedAt: it.restored === undefined ? undefined : NOW - it.restored * DAY,
      pulledAt: it.pulled === undefined ? undefined : NOW - it.pulled * DAY,
      subjectDigest: withGraph && it.subject !== undefined && it.subject < at ? digestOf(it.subject) : undefined,
      indexes: withGraph
        ? given.flatMap((index, later) => (later > at && index.holds.includes(at) ? [digestOf(later)] : []))
        : [],
    }));
  }

  function rulesOf(given: readonly Generated<typeof rule>[]): LifecycleRule[] {
    const own = given.map(({ isArchive, ...it }, at) => aRule(at + 1, isArchive ? { tags: it.tags, ...ARCHIVE } : it));
    return [...own, aRule(98, { countType: 'sinceImagePushed', countNumber: 8 }), aRule(99, ARCHIVE)];
  }
  const ARCHIVE = { storageClass: 'archive', countType: 'sinceImageTransitioned', countNumber: 90 } as const;

  /** The documented procedure, step by step and as slow as it says. */
  function oracle(all: readonly JudgedImage[], some: readonly LifecycleRule[]): Record<string, string> {
    const marks: Record<string, string> = {};
    for (const it of some) {
      const status = it.storageClass === 'archive' ? 'ARCHIVED' : 'ACTIVE';
      const matching = all.filter((i) => i.status === status && matchesTags(it.tags, i.tags));
      const age = (i: JudgedImage) => i.activatedAt ?? i.pushedAt;
      const younger = (i: JudgedImage) =>
        matching.filter((o) => age(o) > age(i) || (age(o) === age(i) && o.digest > i.digest)).length;
      const from = (i: JudgedImage) => {
        if (it.countType === 'sinceImageTransitioned') return i.archivedAt ?? 0;
        if (it.countType === 'sinceImagePushed' || i.pulledAt === undefined) return age(i);
        return i.activatedAt !== undefined && i.activatedAt > i.pulledAt ? i.activatedAt : i.pulledAt;
      };
      const isSelected = (i: JudgedImage) =>
        it.countType === 'imageCountMoreThan' ? younger(i) >= it.countNumber : NOW - from(i) > it.countNumber * DAY;
      for (const i of matching.filter(isSelected)) {
        const isShielded = some.some(
          (r) => r.priority < it.priority && r.storageClass === it.storageClass && matchesTags(r.tags, i.tags),
        );
        if (marks[i.digest] === undefined && !isShielded) marks[i.digest] = `${it.action} ${it.priority}`;
      }
    }
    return marks;
  }

  test('are judged as the documented procedure does, whatever their order', () => {
    const agrees = fc.property(images, rules, fc.boolean(), (given, some, turned) => {
      const judged = imagesOf(given, { withGraph: false });
      const ordered = rulesOf(some);
      expect(acted(turned ? judged.toReversed() : judged, ordered)).toEqual(oracle(judged, ordered));
    });
    fc.assert(agrees, { numRuns: 2_000 });
  });

  test('leave no index without what it holds, and no referrer behind its subject', () => {
    const holds = fc.property(images, rules, (given, some) => {
      const judged = imagesOf(given, { withGraph: true });
      const ordered = rulesOf(some);
      const verdicts = evaluate(judged, ordered, NOW);
      const actions = new Map(judged.map((it, at) => [it.digest, verdicts[at]?.action]));
      const alone = oracle(
        judged.filter((it) => it.subjectDigest === undefined),
        ordered,
      );
      for (const [at, it] of judged.entries()) {
        const verdict = verdicts[at];
        const action = actions.get(it.digest);
        const blocking = it.indexes.filter((index) => {
          const isDone = action === 'transition' && judged.find((i) => i.digest === index)?.status === 'ARCHIVED';
          return !isDone && actions.get(index) !== action;
        });
        if (action !== 'keep') expect(blocking).toEqual([]);
        if (action === 'transition') expect(it.status).toBe('ACTIVE');
        if (it.subjectDigest === undefined) {
          const isHeld = verdict?.why.kind === 'index';
          if (!isHeld) expect(action === 'keep' ? undefined : `${action} ${verdict?.rule}`).toBe(alone[it.digest]);
          else expect(it.indexes).toContain(verdict.why.kind === 'index' && verdict.why.index);
        } else if (action === 'expire') {
          expect(actions.get(it.subjectDigest)).toBe('expire');
        } else if (actions.get(it.subjectDigest) === 'expire') {
          expect(verdict?.why.kind).toBe('index');
        }
      }
    });
    fc.assert(holds, { numRuns: 3_000 });
  });
});
