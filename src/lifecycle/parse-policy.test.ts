import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../values/refusal.ts';
import { parsePolicy } from './parse-policy.ts';

const UNTAGGED = { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 };
const COUNT = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 };

function rule(selection: object = UNTAGGED, more: object = {}): object {
  return { rulePriority: 1, selection, action: { type: 'expire' }, ...more };
}

const tagged = (more: object) => ({ ...UNTAGGED, tagStatus: 'tagged', ...more });
const archived = { tagStatus: 'any', storageClass: 'archive', countType: 'sinceImageTransitioned', countUnit: 'days' };
const TRANSITION = { action: { type: 'transition', targetStorageClass: 'archive' } };

function parse(policy: unknown, extensions = false) {
  return parsePolicy(typeof policy === 'string' ? policy : JSON.stringify(policy), { extensions });
}

/** Why a policy is not taken; undefined when it is. */
function refusalOf(policy: unknown, extensions = false): string | undefined {
  try {
    parse(policy, extensions);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe('InvalidParameterException');
    const [, detail] =
      /^Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: (.*)'$/s.exec(
        error.message,
      ) ?? [];
    return detail;
  }
}

test('rules come in the order of their priorities, with all that they say', () => {
  const policy = parse({
    rules: [
      rule(COUNT, { rulePriority: 20 }),
      rule(tagged({ tagPatternList: ['v*', '*-rc*'], countType: 'sinceImagePulled', countNumber: 30 }), {
        rulePriority: 10,
        description: 'release candidates',
        ...TRANSITION,
      }),
      rule({ ...archived, countNumber: 90 }, { rulePriority: 30 }),
    ],
  });

  const common = { description: undefined, storageClass: 'standard', ignoresIndexChildren: false };
  expect(policy.rules).toEqual([
    {
      ...common,
      priority: 10,
      description: 'release candidates',
      tags: { kind: 'patterns', patterns: ['v*', '*-rc*'] },
      countType: 'sinceImagePulled',
      countNumber: 30,
      action: 'transition',
    },
    {
      ...common,
      priority: 20,
      tags: { kind: 'any' },
      countType: 'imageCountMoreThan',
      countNumber: 5,
      action: 'expire',
    },
    {
      ...common,
      priority: 30,
      tags: { kind: 'any' },
      storageClass: 'archive',
      countType: 'sinceImageTransitioned',
      countNumber: 90,
      action: 'expire',
    },
  ]);
});

describe('what ECR says of', () => {
  const missing = (...names: string[]) => `object has missing required properties (${JSON.stringify(names)})`;
  const strange = (name: string) => `object instance has properties which are not allowed by the schema: ["${name}"]`;
  const type = (is: string, allowed: string) =>
    `instance type (${is}) does not match any allowed primitive type (allowed: ["${allowed}"])`;
  const NONE_OF_TWO = 'instance failed to match exactly one schema (matched 0 out of 2)';
  const without = (name: string, of: Readonly<Record<string, unknown>> = UNTAGGED) =>
    Object.fromEntries(Object.entries(of).filter(([it]) => it !== name));

  for (const [what, policy, detail] of [
    ['a text that is no JSON', '{"rules": [', 'Could not map policyString into LifecyclePolicy.'],
    ['a list', '[]', 'Could not map policyString into LifecyclePolicy.'],
    ['no rules', {}, missing('rules')],
    ['a strange member', { rules: [rule()], Version: '1' }, strange('Version')],
    ['rules that are no list', { rules: {} }, type('object', 'array')],
    ['an empty list', { rules: [] }, 'array is too short: must have at least 1 elements but instance has 0 elements'],
    [
      'more than fifty rules',
      { rules: Array.from({ length: 51 }, () => rule()) },
      'array is too long: must have at most 50 elements but instance has 51 elements',
    ],
    ['a rule without selection', { rules: [{ rulePriority: 1, action: { type: 'expire' } }] }, missing('selection')],
    ['a selection without a count', { rules: [rule({ tagStatus: 'untagged' })] }, missing('countNumber', 'countType')],
    ['an action without type', { rules: [rule(UNTAGGED, { action: {} })] }, missing('type')],
    ['a description that is null', { rules: [rule(UNTAGGED, { description: null })] }, type('null', 'string')],
    ['a priority in quotes', { rules: [rule(UNTAGGED, { rulePriority: '1' })] }, type('string', 'integer')],
    ['half a priority', { rules: [rule(UNTAGGED, { rulePriority: 1.5 })] }, type('number', 'integer')],
    [
      'a priority of 0',
      { rules: [rule(UNTAGGED, { rulePriority: 0 })] },
      'numeric instance is lower than the required minimum (minimum: 1, found: 0)',
    ],
    [
      'a count of 0',
      { rules: [rule({ ...UNTAGGED, countNumber: 0 })] },
      'numeric instance is lower than the required minimum (minimum: 1, found: 0)',
    ],
    [
      'a tag status in capitals',
      { rules: [rule({ ...UNTAGGED, tagStatus: 'UNTAGGED' })] },
      'instance value ("UNTAGGED") not found in enum (possible values: ["any","tagged","untagged"])',
    ],
    [
      'hours',
      { rules: [rule({ ...UNTAGGED, countUnit: 'hours' })] },
      'instance value ("hours") not found in enum (possible values: ["days"])',
    ],
    ['a count with a unit', { rules: [rule({ ...COUNT, countUnit: 'days' })] }, NONE_OF_TWO],
    ['days without a unit', { rules: [rule(without('countUnit'))] }, NONE_OF_TWO],
    [
      'an expiry with a target',
      { rules: [rule(UNTAGGED, { action: { type: 'expire', targetStorageClass: 'archive' } })] },
      NONE_OF_TWO,
    ],
    ['a transition without one', { rules: [rule(UNTAGGED, { action: { type: 'transition' } })] }, NONE_OF_TWO],
    [
      'a target that is null',
      { rules: [rule(UNTAGGED, { action: { type: 'expire', targetStorageClass: null } })] },
      type('null', 'string'),
    ],
    [
      'tagged without tags',
      { rules: [rule(tagged({ tagPrefixList: [] }))] },
      'Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED.',
    ],
    [
      'tags by prefix and by pattern',
      { rules: [rule(tagged({ tagPrefixList: ['a'], tagPatternList: ['b'] }))] },
      'Only one of tagPrefixList and tagPatternList can be specified.',
    ],
    [
      'tags of untagged images',
      { rules: [rule({ ...UNTAGGED, tagPrefixList: ['a'] })] },
      'tagPrefixList and tagPatternList must not be specified when tagStatus=UNTAGGED.',
    ],
    [
      'five wildcards',
      { rules: [rule(tagged({ tagPatternList: ['*a*b*c*d*'] }))] },
      'A tag pattern can have at most 4 wildcards: *a*b*c*d*',
    ],
    [
      'expiry by last pull',
      { rules: [rule({ ...UNTAGGED, countType: 'sinceImagePulled' })] },
      'countType=SINCE_IMAGE_PULLED supports the action TRANSITION only.',
    ],
    [
      'less than 90 days in the archive',
      { rules: [rule({ ...archived, countNumber: 89 })] },
      'numeric instance is lower than the required minimum (minimum: 90, found: 89)',
    ],
    [
      'days since a transition in the standard class',
      { rules: [rule(without('storageClass', { ...archived, countNumber: 90 }))] },
      'countType=SINCE_IMAGE_TRANSITIONED requires storageClass=ARCHIVE.',
    ],
    [
      'another count in the archive',
      { rules: [rule({ ...COUNT, storageClass: 'archive' })] },
      'storageClass=ARCHIVE requires countType=SINCE_IMAGE_TRANSITIONED.',
    ],
    ['one priority twice', { rules: [rule(), rule(COUNT)] }, 'Rule priorities must be unique.'],
    [
      'two rules for untagged images',
      { rules: [rule(), rule(UNTAGGED, { rulePriority: 2 })] },
      'Only one rule can select Untagged images per storage class.',
    ],
    [
      'a rule behind that for any image',
      { rules: [rule(COUNT), rule(UNTAGGED, { rulePriority: 2 })] },
      'Rule for tagStatus=ANY must have the lowest priority per storage class',
    ],
    [
      'the same prefixes twice',
      {
        rules: [
          rule(tagged({ tagPrefixList: ['a', 'b'] })),
          rule(tagged({ tagPrefixList: ['b', 'a', 'b'] }), { rulePriority: 2 }),
        ],
      },
      'Tag prefix lists must be unique per storage class.',
    ],
  ] as const) {
    test(what, () => {
      expect(refusalOf(policy)).toBe(detail);
    });
  }
});

test('each storage class has its own rule for any image', () => {
  expect(refusalOf({ rules: [rule({ ...archived, countNumber: 90 }), rule(COUNT, { rulePriority: 2 })] })).toBe(
    undefined,
  );
});

test('the extensions are members like any other where they are on, and unknown ones elsewhere', () => {
  const policy = {
    rules: [rule({ ...UNTAGGED, countType: 'sinceImagePulled', countIndexChildren: false, notInUseForDays: 7 })],
  };
  expect(parse(policy, true).rules[0]).toMatchObject({ ignoresIndexChildren: true, notInUseForDays: 7 });
  expect(refusalOf(policy)).toBe(
    'object instance has properties which are not allowed by the schema: ["countIndexChildren","notInUseForDays"]',
  );
});

describe('whatever comes', () => {
  const isDecided = (policy: unknown, extensions: boolean) => {
    const detail = refusalOf(policy, extensions);
    expect(detail === undefined || detail.length > 0).toBe(true);
  };

  test('any text and any JSON is taken or refused', () => {
    const anything = fc.oneof(fc.string(), fc.json({ maxDepth: 5 }));
    fc.assert(fc.property(anything, fc.boolean(), isDecided), { numRuns: 2_000 });
    isDecided('['.repeat(15_000), true);
    isDecided(
      `{"rules":[{"rulePriority":1,"action":{"type":${'['.repeat(9_000)}${']'.repeat(9_000)}},"selection":{}}]}`,
      true,
    );
  });

  test('so is what comes close to a policy', () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('any', 'tagged', 'days', 'archive', 'expire', 1, 90, 1e300, -0),
    );
    const selection = fc.record(
      {
        tagStatus: fc.oneof(fc.constantFrom('any', 'tagged', 'untagged'), odd),
        countType: fc.oneof(fc.constantFrom('imageCountMoreThan', 'sinceImagePushed'), odd),
        countUnit: fc.oneof(fc.constant('days'), odd),
        countNumber: fc.oneof(fc.integer(), odd),
        tagPrefixList: fc.oneof(fc.array(fc.string()), odd),
        tagPatternList: fc.oneof(fc.array(fc.string()), odd),
        storageClass: odd,
        countIndexChildren: odd,
      },
      { requiredKeys: ['tagStatus', 'countType', 'countNumber'] },
    );
    const someRule = fc.record(
      {
        rulePriority: fc.oneof(fc.nat(60), odd),
        description: odd,
        selection: fc.oneof(selection, odd),
        action: fc.oneof(fc.record({ type: fc.constantFrom('expire', 'transition') }), odd),
      },
      { requiredKeys: ['rulePriority', 'selection', 'action'] },
    );
    const policy = fc.record({ rules: fc.oneof(fc.array(someRule, { maxLength: 4 }), odd) });
    fc.assert(fc.property(policy, fc.boolean(), isDecided), { numRuns: 3_000 });
  });
});
