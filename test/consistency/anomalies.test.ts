import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainAnomaly } from './explain.ts';
import type { Operation } from './history.ts';
import { linearizability } from './linearizability.ts';
import { type TagOp, type TagResult, tagModel } from './tag.ts';

type TagOperation = Operation<TagOp, TagResult> & { readonly tookEffectAt: number | undefined };

/** What a client does next: how long it waits, how long the way there and back takes, and whether the answer is lost. */
const step = fc.record({
  process: fc.nat(5),
  kind: fc.constantFrom('put', 'put', 'get', 'get', 'get', 'delete'),
  pause: fc.nat(20),
  there: fc.nat(30),
  back: fc.nat(30),
  fate: fc.constantFrom(...(['fine', 'fine', 'fine', 'fine', 'answer lost', 'request lost'] as const)),
});

/** A history as a register without fault gives it: every put writes a value of its own. */
const realHistory = fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }).map((steps): TagOperation[] => {
  const clocks = Array.from({ length: 6 }, () => 0);
  const planned = steps.map(({ process, kind, pause, there, back, fate }, i) => {
    const invokedAt = (clocks[process] ?? 0) + pause;
    const point = invokedAt + there + i / 1000; // No two at once.
    clocks[process] = point + back;
    const op: TagOp = kind === 'put' ? { kind, digest: `v${i}` } : kind === 'get' ? { kind } : { kind: 'delete' };
    return { process: `p${process}`, op, invokedAt, point, returnedAt: point + back, fate };
  });
  let value: TagResult;
  return planned
    .sort((a, b) => a.point - b.point)
    .map(({ point, fate, ...it }) => {
      const read = it.op.kind === 'get' ? value : undefined;
      if (fate !== 'request lost') {
        if (it.op.kind === 'put') value = it.op.digest;
        if (it.op.kind === 'delete') value = undefined;
      }
      const outcome = fate === 'fine' ? ({ kind: 'ok', result: read } as const) : ({ kind: 'unknown' } as const);
      return { ...it, outcome, tookEffectAt: fate === 'request lost' ? undefined : point };
    });
});

test('what a register without fault does is linearizable', () => {
  const accepts = fc.property(realHistory, (history) => {
    expect(linearizability(tagModel, history)).toBe('linearizable');
    expect(explainAnomaly(tagModel, history)).toBeUndefined();
  });
  fc.assert(accepts, { numRuns: 300 });
});

/** Where `history` has a read after `after` was answered, which was called after `before` was answered. */
function plant(history: readonly TagOperation[], after: 'put' | 'delete'): TagOperation[] | undefined {
  const isOk = (it: TagOperation) => it.outcome.kind === 'ok';
  for (const old of history) {
    if (old.op.kind !== 'put' || !isOk(old)) continue;
    const later = history.find((it) => it.op.kind === after && isOk(it) && it.invokedAt > old.returnedAt);
    const read = later && history.find((it) => it.op.kind === 'get' && isOk(it) && it.invokedAt > later.returnedAt);
    if (!read) continue;
    const wrong: TagOperation = { ...read, outcome: { kind: 'ok', result: old.op.digest } };
    return history.map((it) => (it === read ? wrong : it));
  }
  return undefined;
}

test.each([
  ['a read of what was overwritten before it began', 'put'],
  ['a deleted tag that is read again', 'delete'],
] as const)('planted into it, %s is found and shown', (_, after) => {
  const finds = fc.property(realHistory, (history) => {
    const wrong = plant(history, after);
    fc.pre(wrong !== undefined);
    const planted = wrong.find((it, i) => it !== history[i]);
    expect(linearizability(tagModel, wrong)).toBe('not linearizable');
    const text = explainAnomaly(tagModel, wrong) ?? '';
    expect(text).toContain(`gave ${planted?.outcome.kind === 'ok' ? planted.outcome.result : 'nothing'}`);
    expect(text.split('\n').at(-1)).toMatch(/^> /);
  });
  fc.assert(finds, { numRuns: 200 });
});

test('planted into it, an acknowledged put that nobody sees is found', () => {
  const finds = fc.property(realHistory, (history) => {
    // The last put, and a read after it that comes before anything else may have changed the tag.
    const put = history.findLast((it) => it.op.kind === 'put' && it.outcome.kind === 'ok');
    fc.pre(put !== undefined);
    const settled = Math.max(...history.map((it) => it.returnedAt)) + 1;
    const others = history.filter((it) => it === put || it.op.kind !== 'delete' || it.returnedAt < put.invokedAt);
    const mayHide = others.some((it) => it.outcome.kind === 'unknown' && it.op.kind === 'delete');
    fc.pre(!mayHide);
    const read = { process: 'p0', op: { kind: 'get' as const }, invokedAt: settled, returnedAt: settled + 1 };
    const wrong = [...others, { ...read, outcome: { kind: 'ok' as const, result: undefined } }];
    expect(linearizability(tagModel, wrong)).toBe('not linearizable');
  });
  fc.assert(finds, { numRuns: 200 });
});

test('a long history with many lost answers is judged, and not by trying all orders', () => {
  const long = fc.sample(fc.array(realHistory, { minLength: 20, maxLength: 20 }), { numRuns: 1, seed: 7 })[0] ?? [];
  let shift = 0;
  const history = long.flatMap((part, round) => {
    const moved = part.map((it) => ({
      ...it,
      op: it.op.kind === 'put' ? { ...it.op, digest: `${round}-${it.op.digest}` } : it.op,
      outcome:
        it.outcome.kind === 'ok' && it.outcome.result !== undefined
          ? { kind: 'ok' as const, result: `${round}-${it.outcome.result}` }
          : it.outcome,
      invokedAt: it.invokedAt + shift,
      returnedAt: it.returnedAt + shift,
    }));
    shift += Math.max(...part.map((it) => it.returnedAt)) + 100;
    // A round begins with no tag.
    const reset = {
      process: 'p0',
      op: { kind: 'delete' as const },
      outcome: { kind: 'ok' as const, result: undefined },
    };
    return [...moved, { ...reset, invokedAt: shift - 50, returnedAt: shift - 40 }];
  });
  expect(history.length).toBeGreaterThan(400);
  // All orders would take longer than there are years.
  expect(linearizability(tagModel, history)).toBe('linearizable');
});
