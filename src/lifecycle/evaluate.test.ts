import { describe, expect, test } from 'vitest';
import { acted, anImage, aRule, DAY, NOW } from '../../test/lifecycle/judging.ts';
import { PUBLISHED_EXAMPLES } from '../../test/lifecycle/published-examples.ts';
import type { JudgedImage } from '../values/lifecycle-verdict.ts';
import { evaluate } from './evaluate.ts';

describe('the published examples', () => {
  for (const { name, images, rules, expired } of PUBLISHED_EXAMPLES) {
    test(name, () => {
      const judged = images.map(({ digest, days, tags }) => anImage(digest, { tags, pushedAt: NOW - days * DAY }));
      const priorities = rules.map((it, at) => aRule(at + 1, it));
      const expected = Object.fromEntries(Object.entries(expired).map(([digest, rule]) => [digest, `expire ${rule}`]));
      expect(acted(judged, priorities)).toEqual(expected);
    });
  }
});

describe('time', () => {
  test('an age of exactly so many days is not older', () => {
    const images = [anImage('a', { pushedAt: NOW - 5 * DAY }), anImage('b', { pushedAt: NOW - 5 * DAY - 1 })];
    expect(acted(images, [aRule(1)])).toEqual({ b: 'expire 1' });
  });

  test('an image that came back from the archive is as old as its return', () => {
    const back = { activatedAt: NOW - 2 * DAY, archivedAt: NOW - 3 * DAY };
    expect(acted([anImage('a', back)], [aRule(1)])).toEqual({});
    const count = aRule(1, { countType: 'imageCountMoreThan', countNumber: 1 });
    expect(acted([anImage('a', back), anImage('b', { pushedAt: NOW - 4 * DAY })], [count])).toEqual({ b: 'expire 1' });
  });

  test('a pull counts from the pull, without one from the push, after a return from that', () => {
    const rule = aRule(1, { countType: 'sinceImagePulled', action: 'transition' });
    const pulledAt = NOW - DAY;
    expect(acted([anImage('never'), anImage('pulled', { pulledAt })], [rule])).toEqual({ never: 'transition 1' });
    expect(acted([anImage('back', { pulledAt: NOW - 9 * DAY, activatedAt: NOW - 2 * DAY })], [rule])).toEqual({});
    expect(acted([anImage('back', { pulledAt: NOW - 6 * DAY, activatedAt: NOW - 9 * DAY })], [rule])).toEqual({
      back: 'transition 1',
    });
  });

  test('an archived image is counted from when it was archived, by rules of the archive alone', () => {
    const archived = { status: 'ARCHIVED', archivedAt: NOW - 91 * DAY, pushedAt: NOW - 400 * DAY } as const;
    const rules = [
      aRule(1, { storageClass: 'archive', countType: 'sinceImageTransitioned', countNumber: 90 }),
      aRule(2, { tags: { kind: 'any' } }),
    ];
    const images = [
      anImage('old', archived),
      anImage('young', { ...archived, archivedAt: NOW - 90 * DAY }),
      anImage('activating', { ...archived, status: 'ACTIVATING' }),
    ];
    expect(acted(images, rules)).toEqual({ old: 'expire 1' });
  });
});

describe('shielding', () => {
  test('a rule that leaves an image alone keeps it from all behind it, and says from which', () => {
    const keepReleases = aRule(1, {
      tags: { kind: 'patterns', patterns: ['v*'] },
      countType: 'imageCountMoreThan',
      countNumber: 9_999,
    });
    const images = [anImage('release', { tags: ['v1', 'x'] }), anImage('other', { tags: ['x'] })];
    const rules = [keepReleases, aRule(2, { tags: { kind: 'prefixes', prefixes: ['x'] } }), aRule(3)];
    expect(acted(images, rules)).toEqual({ other: 'expire 2' });
    expect(evaluate(images, rules, NOW)[0]).toEqual({
      action: 'keep',
      rule: 1,
      why: { kind: 'place', place: 1, keeps: 9_999 },
      shieldedFrom: [2, 3],
    });
  });

  test('a rule of the other storage class shields nothing', () => {
    const archive = aRule(1, { storageClass: 'archive', countType: 'sinceImageTransitioned', countNumber: 90 });
    expect(acted([anImage('a')], [archive, aRule(2)])).toEqual({ a: 'expire 2' });
  });
});

describe('indexes and their children', () => {
  const index = (given: Partial<JudgedImage> = {}) => anImage('index', { tags: ['v1'], ...given });
  const child = (given: Partial<JudgedImage> = {}) => anImage('child', { indexes: ['index'], ...given });
  const untagged = aRule(1, { tags: { kind: 'untagged' } });

  test('a child stays as long as its index does, and is named as the reason', () => {
    const images = [index(), child()];
    expect(acted(images, [untagged])).toEqual({});
    expect(evaluate(images, [untagged], NOW)[1]).toMatchObject({ rule: 1, why: { kind: 'index', index: 'index' } });
  });

  test('a child goes with its index, but not when that is archived only', () => {
    expect(acted([index(), child()], [aRule(1)])).toEqual({ index: 'expire 1', child: 'expire 1' });
    const archiveTagged = aRule(2, { tags: { kind: 'patterns', patterns: ['*'] }, action: 'transition' });
    expect(acted([index(), child()], [untagged, archiveTagged])).toEqual({ index: 'transition 2' });
  });

  test('a child may be archived once its index is', () => {
    const rule = aRule(1, { action: 'transition' });
    const archived = index({ status: 'ARCHIVED', archivedAt: NOW });
    expect(acted([archived, child()], [rule])).toEqual({ child: 'transition 1' });
    expect(acted([archived, child()], [aRule(1)])).toEqual({});
  });

  test('of nested indexes all stay that hang on one that does', () => {
    const images = [index(), anImage('inner', { indexes: ['index'] }), anImage('leaf', { indexes: ['inner'] })];
    expect(acted(images, [untagged])).toEqual({});
  });

  test('children are counted, unless the rule says otherwise', () => {
    const rule = { countType: 'imageCountMoreThan', countNumber: 2 } as const;
    const images = [
      anImage('old', { pushedAt: NOW - 20 * DAY }),
      child({ pushedAt: NOW - 9 * DAY }),
      index({ pushedAt: NOW - 8 * DAY }),
    ];
    expect(acted(images, [aRule(1, rule)])).toEqual({ old: 'expire 1' });
    expect(acted(images, [aRule(1, { ...rule, ignoresIndexChildren: true })])).toEqual({});
  });
});

describe('what refers to another image', () => {
  const signature = (given: Partial<JudgedImage> = {}) =>
    anImage('signature', { subjectDigest: 'subject', pushedAt: NOW, ...given });

  test('is no candidate itself, and goes with its subject, as does what refers to it', () => {
    const images = [anImage('subject'), signature(), anImage('attestation', { subjectDigest: 'signature' })];
    expect(acted(images, [aRule(1)])).toEqual({
      subject: 'expire 1',
      signature: 'expire 1',
      attestation: 'expire 1',
    });
    const old = signature({ pushedAt: NOW - 100 * DAY });
    expect(acted([anImage('subject', { pushedAt: NOW }), old], [aRule(1)])).toEqual({});
  });

  test('is an image like any other when its subject is not there', () => {
    expect(acted([signature({ pushedAt: NOW - 6 * DAY })], [aRule(1)])).toEqual({ signature: 'expire 1' });
  });

  test('is archived with its subject, also later', () => {
    const rule = aRule(1, { action: 'transition' });
    expect(acted([anImage('subject'), signature()], [rule])).toEqual({
      subject: 'transition 1',
      signature: 'transition 1',
    });
    const archived = anImage('subject', { status: 'ARCHIVED', archivedAt: NOW });
    expect(Object.keys(acted([archived, signature()], [rule]))).toEqual(['signature']);
    expect(acted([archived, signature({ status: 'ARCHIVED', archivedAt: NOW })], [rule])).toEqual({});
  });

  test('stays when an index keeps its subject', () => {
    const images = [anImage('index', { tags: ['v1'] }), anImage('subject', { indexes: ['index'] }), signature()];
    expect(acted(images, [aRule(1, { tags: { kind: 'untagged' } })])).toEqual({});
  });
});

test('what was in use lately is left alone by a rule that says so', () => {
  const rule = aRule(1, { notInUseForDays: 7 });
  const images = [anImage('used', { usedAt: NOW - 7 * DAY }), anImage('idle', { usedAt: NOW - 7 * DAY - 1 })];
  expect(acted(images, [rule])).toEqual({ idle: 'expire 1' });
});
