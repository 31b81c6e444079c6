import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { History, Operation, Outcome } from './history.ts';
import { imageModel } from './image.ts';
import { impossible, linearizability, type SequentialModel } from './linearizability.ts';
import { type TagOp, type TagResult, tagModel } from './tag.ts';

type TagOperation = Operation<TagOp, TagResult>;

const ok = <Result>(result: Result): Outcome<Result> => ({ kind: 'ok', result });
const unknown = { kind: 'unknown' } as const;
const put = (digest: string): TagOp => ({ kind: 'put', digest });
const get: TagOp = { kind: 'get' };
const remove: TagOp = { kind: 'delete' };

/** `[from, to, what, outcome]`: each by a process of its own. */
function tagHistory(...rows: [number, number, TagOp, Outcome<TagResult>][]): History<TagOp, TagResult> {
  return rows.map(([invokedAt, returnedAt, op, outcome], i) => ({
    process: `p${i}`,
    op,
    invokedAt,
    returnedAt,
    outcome,
  }));
}

describe('histories of a tag', () => {
  test.each<[string, History<TagOp, TagResult>]>([
    ['nothing', tagHistory()],
    ['one after the other', tagHistory([0, 1, put('a'), ok(undefined)], [2, 3, get, ok('a')])],
    ['a read beside a write sees the old', tagHistory([0, 9, put('a'), ok(undefined)], [1, 2, get, ok(undefined)])],
    ['a read beside a write sees the new', tagHistory([0, 9, put('a'), ok(undefined)], [1, 2, get, ok('a')])],
    [
      'two writes beside each other, in either order',
      tagHistory([0, 9, put('a'), ok(undefined)], [0, 9, put('b'), ok(undefined)], [10, 11, get, ok('a')]),
    ],
    [
      'a write of unknown outcome that happened late',
      tagHistory([0, 1, put('a'), unknown], [2, 3, get, ok(undefined)], [4, 5, get, ok('a')]),
    ],
    [
      'a write of unknown outcome that never happened',
      tagHistory([0, 1, put('a'), unknown], [2, 3, get, ok(undefined)]),
    ],
    ['a failed write that nobody sees', tagHistory([0, 1, put('a'), { kind: 'fail' }], [2, 3, get, ok(undefined)])],
    [
      'an image that is deleted takes its tag along',
      tagHistory(
        [0, 1, put('a'), ok(undefined)],
        [2, 3, { kind: 'delete image', digest: 'a' }, ok(undefined)],
        [4, 5, get, ok(undefined)],
      ),
    ],
    [
      'an image that is deleted leaves the tag of another alone',
      tagHistory(
        [0, 1, put('a'), ok(undefined)],
        [2, 3, { kind: 'delete image', digest: 'b' }, ok(undefined)],
        [4, 5, get, ok('a')],
      ),
    ],
  ])('linearizable: %s', (_, history) => {
    expect(linearizability(tagModel, history)).toBe('linearizable');
  });

  test.each<[string, History<TagOp, TagResult>]>([
    ['a lost write', tagHistory([0, 1, put('a'), ok(undefined)], [2, 3, get, ok(undefined)])],
    [
      'a stale read',
      tagHistory([0, 1, put('a'), ok(undefined)], [2, 3, put('b'), ok(undefined)], [4, 5, get, ok('a')]),
    ],
    [
      'a deleted tag that is back',
      tagHistory([0, 1, put('a'), ok(undefined)], [2, 3, remove, ok(undefined)], [4, 5, get, ok('a')]),
    ],
    [
      'two reads that see two writes in different orders',
      tagHistory(
        [0, 9, put('a'), ok(undefined)],
        [0, 9, put('b'), ok(undefined)],
        [10, 11, get, ok('a')],
        [12, 13, get, ok('b')],
      ),
    ],
    [
      'the new, and then the old, beside one write',
      tagHistory([0, 9, put('a'), ok(undefined)], [1, 2, get, ok('a')], [3, 4, get, ok(undefined)]),
    ],
    ['a value that nobody wrote', tagHistory([0, 1, get, ok('a')])],
    ['a failed write that is seen', tagHistory([0, 1, put('a'), { kind: 'fail' }], [2, 3, get, ok('a')])],
    ['a write of unknown outcome seen before its call', tagHistory([0, 1, get, ok('a')], [2, 3, put('a'), unknown])],
    [
      'a write of unknown outcome that happened twice',
      tagHistory(
        [0, 1, put('a'), unknown],
        [2, 3, get, ok('a')],
        [4, 5, put('b'), ok(undefined)],
        [6, 7, get, ok('a')],
      ),
    ],
  ])('not linearizable: %s', (_, history) => {
    expect(linearizability(tagModel, history)).toBe('not linearizable');
  });
});

test('an image that was deleted is not there until it is pushed again', () => {
  const at = (from: number, op: 'push' | 'delete' | 'pull', result: boolean) => ({
    ...{ process: 'p', op, invokedAt: from, returnedAt: from + 1, outcome: ok(result) },
  });
  const good = [at(0, 'push', true), at(2, 'pull', true), at(4, 'delete', true), at(6, 'delete', false)];
  expect(linearizability(imageModel, good)).toBe('linearizable');
  expect(linearizability(imageModel, [...good, at(8, 'pull', true)])).toBe('not linearizable');
  expect(linearizability(imageModel, [...good, at(8, 'push', true), at(10, 'pull', true)])).toBe('linearizable');
  expect(linearizability(imageModel, [at(0, 'delete', true)])).toBe('not linearizable');
});

/** Every order of every choice of what may have happened, one by one: slow, and plainly right. */
function bruteForce<State, Op, Result>(
  model: SequentialModel<State, Op, Result>,
  left: readonly Operation<Op, Result>[],
  state = model.initial,
): boolean {
  const answered = left.filter((it) => it.outcome.kind === 'ok');
  if (answered.length === 0) return true;
  const firstAnswer = Math.min(...answered.map((it) => it.returnedAt));
  return left.some((it) => {
    if (it.outcome.kind === 'fail' || it.invokedAt > firstAnswer) return false;
    const after = model.step(state, it.op, it.outcome.kind === 'ok' ? { is: it.outcome.result } : undefined);
    const rest = left.filter((other) => other !== it);
    return after !== impossible && bruteForce(model, rest, after);
  });
}

const digest = fc.constantFrom('a', 'b');
const anyOp: fc.Arbitrary<TagOp> = fc.oneof(
  digest.map(put),
  fc.constant(get),
  fc.constant(remove),
  digest.map((it) => ({ kind: 'delete image' as const, digest: it })),
);
const anyOperation: fc.Arbitrary<TagOperation> = fc
  .record({
    op: anyOp,
    at: fc.nat(12),
    takes: fc.nat(6),
    read: fc.constantFrom('a', 'b', undefined),
    kind: fc.constantFrom('ok', 'ok', 'ok', 'unknown', 'fail'),
  })
  .map(({ op, at, takes, read, kind }) => {
    const outcome: Outcome<TagResult> = kind === 'ok' ? ok(op.kind === 'get' ? read : undefined) : { kind };
    return { process: 'p', op, invokedAt: at, returnedAt: at + takes, outcome };
  });

test('it agrees with trying every order, for any history', () => {
  const agrees = fc.property(fc.array(anyOperation, { maxLength: 7 }), (history) => {
    expect(linearizability(tagModel, history) === 'linearizable').toBe(bruteForce(tagModel, history));
  });
  fc.assert(agrees, { numRuns: 3000 });
});

test('an image that may have been put may have taken its tag with it when it may have been deleted', () => {
  const unknown = { kind: 'unknown' } as const;
  const history = tagHistory(
    [0, 0, put('b'), ok(undefined)],
    [0, 0, put('a'), unknown],
    [0, 0, { kind: 'delete image', digest: 'a' }, unknown],
    [1, 1, get, ok(undefined)],
  );
  expect(linearizability(tagModel, history)).toBe('linearizable');
});

test('what it cannot decide in the steps it is given, it does not claim', () => {
  const entangled = Array.from({ length: 12 }, (_, i) => [0, 100, put(`v${i}`), ok(undefined)] as const);
  const history = tagHistory(...entangled.map((it): [number, number, TagOp, Outcome<TagResult>] => [...it]), [
    ...([101, 102, get, ok('none of them')] as [number, number, TagOp, Outcome<TagResult>]),
  ]);
  expect(linearizability(tagModel, history, 100)).toBe('undecided');
});
