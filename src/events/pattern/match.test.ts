import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../values/event.ts';
import { matchesPattern } from './match.ts';
import { parsePattern } from './parse-pattern.ts';

function matches(pattern: unknown, event: unknown): boolean {
  return matchesPattern(parsePattern(JSON.stringify(pattern)), event as Json);
}

/** The sample of Event Ruler's page, with a list of objects. */
const EVENT = {
  version: '0',
  'detail-type': 'EC2 Instance State-change Notification',
  source: 'aws.ec2',
  account: '012345679012',
  time: '2017-10-02T16:24:49Z',
  region: 'us-east-1',
  resources: ['arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000', 'arn:other'],
  detail: {
    'c-count': 5,
    'd-count': 3,
    'x-limit': 301.8,
    'source-ip': '10.0.0.33',
    'instance-id': 'i-000000aaaaaa00000',
    state: 'running',
    isSpot: false,
    reason: null,
    none: [],
    lists: [['deep', ['deeper']]],
    disks: [
      { name: 'a', size: 1, tags: [{ k: 'x', v: '1' }] },
      { name: 'b', size: 2, tags: [{ k: 'x', v: '2' }] },
    ],
  },
};

describe('the published examples', () => {
  const detail = (it: object) => ({ detail: it });
  test.each<[string, object, boolean]>([
    ['one of the texts', detail({ state: ['initializing', 'running'] }), true],
    ['none of the texts', detail({ state: ['initializing'] }), false],
    ['one of a list in the event', { resources: ['arn:other'] }, true],
    ['all fields', { source: ['aws.ec2'], detail: { state: ['stopped'] } }, false],
    ['a number, however it is written', detail({ 'x-limit': [3.018e2] }), true],
    ['a number is no text', detail({ 'c-count': ['5'] }), false],
    ['a boolean', detail({ isSpot: [false] }), true],
    ['a null', detail({ reason: [null] }), true],
    ['a null is not what is absent', detail({ nothing: [null] }), false],
    ['an element of a list of lists', detail({ lists: ['deeper'] }), true],
    ['an object is no value', { detail: ['running'] }, false],
    ['exactly', detail({ state: [{ exactly: 'running' }] }), true],
    ['prefix', { time: [{ prefix: '2017-10-02' }] }, true],
    ['prefix of a number', detail({ 'c-count': [{ prefix: '5' }] }), false],
    ['prefix without case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.E' } }] }, true],
    ['suffix', { source: [{ suffix: 'ec2' }] }, true],
    ['suffix with another case', { source: [{ suffix: 'EC2' }] }, false],
    ['suffix without case', { source: [{ suffix: { 'equals-ignore-case': 'EC2' } }] }, true],
    ['equals without case', { source: [{ 'equals-ignore-case': 'AWS.EC2' }] }, true],
    ['wildcard', { resources: [{ wildcard: 'arn:*:instance/*' }] }, true],
    ['wildcard whose ends would overlap', { source: [{ wildcard: 'aws.ec2*2' }] }, false],
    ['escaped wildcard', { source: [{ wildcard: 'aws.\\*' }] }, false],
    ['anything but a text', detail({ state: [{ 'anything-but': 'initializing' }] }), true],
    ['anything but this', detail({ state: [{ 'anything-but': ['stopped', 'running'] }] }), false],
    ['anything but needs something', detail({ nothing: [{ 'anything-but': 'x' }] }), false],
    ['anything but in a list: another element will do', { resources: [{ 'anything-but': 'arn:other' }] }, true],
    ['anything but a number', detail({ 'x-limit': [{ 'anything-but': [100, 301.8] }] }), false],
    ['anything but a number takes texts', detail({ state: [{ 'anything-but': 100 }] }), true],
    ['anything but a prefix', detail({ state: [{ 'anything-but': { prefix: 'run' } }] }), false],
    ['anything but prefixes', detail({ state: [{ 'anything-but': { prefix: ['init', 'error'] } }] }), true],
    ['anything but a suffix', detail({ 'instance-id': [{ 'anything-but': { suffix: '1234' } }] }), true],
    [
      'anything but without case',
      detail({ state: [{ 'anything-but': { 'equals-ignore-case': ['RUNNING'] } }] }),
      false,
    ],
    ['anything but a wildcard', detail({ state: [{ 'anything-but': { wildcard: ['*nn*', 'x*'] } }] }), false],
    [
      'numeric range',
      detail({ 'c-count': [{ numeric: ['>', 0, '<=', 5] }], 'd-count': [{ numeric: ['<', 10] }] }),
      true,
    ],
    ['numeric range, not with its bound', detail({ 'c-count': [{ numeric: ['>', 0, '<', 5] }] }), false],
    ['numeric equals', detail({ 'x-limit': [{ numeric: ['=', 3.018e2] }] }), true],
    ['cidr', detail({ 'source-ip': [{ cidr: '10.0.0.0/24' }] }), true],
    ['another cidr', detail({ 'source-ip': [{ cidr: '10.0.1.0/24' }] }), false],
    ['cidr of what is no address', detail({ state: [{ cidr: '0.0.0.0/0' }] }), false],
    ['exists', detail({ 'c-count': [{ exists: true }] }), true],
    ['exists not', detail({ 'e-count': [{ exists: false }] }), true],
    ['exists, but not this', detail({ 'c-count': [{ exists: false }] }), false],
    ['exists inside of what is not there', detail({ none: { inner: [{ exists: false }] } }), true],
    ['an empty list is nothing', detail({ none: [{ exists: true }] }), false],
    ['what holds more is no leaf', { detail: [{ exists: false }] }, true],
    ['a text or nothing', detail({ 'e-count': ['5', { exists: false }] }), true],
    ['two fields of one element', detail({ disks: { name: ['a'], size: [1] } }), true],
    ['two fields of two elements', detail({ disks: { name: ['a'], size: [2] } }), false],
    ['fields of one element of one element', detail({ disks: { name: ['a'], tags: { k: ['x'], v: ['2'] } } }), false],
    ['a member that one element lacks', detail({ disks: { name: ['a'], more: [{ exists: false }] } }), true],
    ['a member of an object’s prototype', detail({ constructor: [{ exists: true }] }), false],
    ['or', { source: ['aws.ec2'], $or: [{ account: ['x'] }, { detail: { state: ['running'] } }] }, true],
    ['neither of or', { source: ['aws.ec2'], $or: [{ account: ['x'] }, { detail: { state: ['x'] } }] }, false],
    ['or, but not the rest', { source: ['x'], $or: [{ account: ['x'] }, { region: ['us-east-1'] }] }, false],
    [
      'or inside of or, in one element',
      detail({ disks: { $or: [{ name: ['b'], $or: [{ size: [1] }, { size: [2] }] }, { name: ['c'] }] } }),
      true,
    ],
    ['or across elements', detail({ disks: { name: ['a'], $or: [{ size: [2] }, { size: [3] }] } }), false],
  ])('%s', (_, pattern, isMatch) => {
    expect(matches(pattern, EVENT)).toBe(isMatch);
  });

  test('IPv6, and an address that is written in another way', () => {
    const event = { ip: '2001:db8:0:0:0:0:0:1' };
    expect(matches({ ip: [{ cidr: '2001:db8::/32' }] }, event)).toBe(true);
    expect(matches({ ip: ['2001:db8::1'] }, event)).toBe(true);
    expect(matches({ ip: ['2001:db8::2'] }, event)).toBe(false);
  });
});

describe('it agrees with an oracle that tries every choice', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const leaf = fc.constantFrom<Json>('x', 'xy', 'yx', 1, 2, true, null);
  const matcher = fc.constantFrom<unknown>(
    'x',
    1,
    null,
    true,
    { prefix: 'x' },
    { 'anything-but': 'x' },
    { wildcard: '*y*' },
    { numeric: ['>', 1] },
    { exists: true },
    { exists: false },
  );
  const { event } = fc.letrec<{ event: Json; value: Json }>((tie) => ({
    event: fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    value: fc.oneof({ maxDepth: 3 }, leaf, tie('event'), fc.array(tie('value'), { maxLength: 3 })),
  }));
  const { pattern } = fc.letrec<{ pattern: object; field: unknown }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 2, weight: 1, arbitrary: fc.dictionary(name, tie('field'), { minKeys: 1, maxKeys: 2 }) },
      {
        weight: 1,
        arbitrary: fc.record({ a: tie('field'), $or: fc.array(tie('pattern'), { minLength: 2, maxLength: 2 }) }),
      },
    ),
    field: fc.oneof({ maxDepth: 2 }, fc.array(matcher, { minLength: 1, maxLength: 2 }), tie('pattern')),
  }));

  test('on small events and patterns', () => {
    fc.assert(
      fc.property(pattern, event, (rule, it) => {
        expect(matches(rule, it)).toBe(branchesOf(rule).some((branch) => holds(branch, leavesOf(it))));
      }),
      { numRuns: 5_000 },
    );
  });
});

test('a wildcard takes no more than a moment on what would have others go back and forth', () => {
  const event = { a: 'a'.repeat(200_000) };
  const hard = `${'*'.padEnd(1_900, 'a')}b*${'a'.repeat(1_900)}b`;
  const started = performance.now();
  expect(matches({ a: [{ wildcard: hard }, { wildcard: `*${'a'.repeat(3_000)}b*` }] }, event)).toBe(false);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('lists within lists are looked into, however deep', () => {
  let deep: Json = 'x';
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(matches({ a: ['x'] }, { a: deep })).toBe(true);
});

/** A leaf of an event: its path, and at which place of which array it stands. */
interface Leaf {
  readonly path: string;
  readonly value: Json;
  readonly places: ReadonlyMap<string, number>;
}

function leavesOf(value: Json, path = '', at = '', places: ReadonlyMap<string, number> = new Map()): Leaf[] {
  if (Array.isArray(value)) {
    return value.flatMap((it, i) => leavesOf(it, path, `${at}[${i}]`, new Map([...places, [`${path}|${at}`, i]])));
  }
  if (typeof value !== 'object' || value === null) {
    // Of arrays of values any element will do: only those of objects bind fields together.
    const bound = new Map([...places].filter(([array]) => !array.startsWith(`${path}|`)));
    return [{ path, value, places: bound }];
  }
  return Object.entries(value).flatMap(([name, it]) => leavesOf(it, `${path}.${name}`, `${at}.${name}`, places));
}

type Branch = readonly (readonly [path: string, matchers: readonly unknown[]])[];

/** A pattern without `$or`: every way to choose from them. */
function branchesOf(pattern: object, path = ''): Branch[] {
  return Object.entries(pattern).reduce<Branch[]>(
    (branches, [name, it]) => {
      const more =
        name === '$or'
          ? (it as object[]).flatMap((one) => branchesOf(one, path))
          : Array.isArray(it)
            ? [[[`${path}.${name}`, it] as const]]
            : branchesOf(it, `${path}.${name}`);
      return branches.flatMap((branch) => more.map((one) => [...branch, ...one]));
    },
    [[]],
  );
}

/** Whether a leaf can be chosen for each field so that no two stand at different places of one array. */
function holds(branch: Branch, leaves: readonly Leaf[], chosen: readonly Leaf[] = []): boolean {
  const [field, ...rest] = branch;
  if (!field) return true;
  const [path, matchers] = field;
  const here = leaves.filter((it) => it.path === path);
  const isAbsent = matchers.some((it) => JSON.stringify(it) === '{"exists":false}') && here.length === 0;
  if (isAbsent && holds(rest, leaves, chosen)) return true;
  return here.some(
    (leaf) =>
      matchers.some((it) => accepts(it, leaf.value)) &&
      chosen.every((it) => [...it.places].every(([array, i]) => (leaf.places.get(array) ?? i) === i)) &&
      holds(rest, leaves, [...chosen, leaf]),
  );
}

function accepts(matcher: unknown, value: Json): boolean {
  if (typeof matcher !== 'object' || matcher === null) return matcher === value;
  const [[kind, operand] = []] = Object.entries(matcher);
  if (kind === 'exists') return operand === true;
  if (kind === 'anything-but') return value !== operand;
  if (kind === 'prefix') return typeof value === 'string' && value.indexOf(operand) === 0;
  if (kind === 'wildcard') return typeof value === 'string' && /^.*y.*$/s.test(value);
  return typeof value === 'number' && value > 1;
}
