import type { History, Operation } from './history.ts';
import { linearizability, type SequentialModel } from './linearizability.ts';

/** Operations before the wrong one that are shown. */
const SHOWN = 12;

/**
 * The first answer that no order of the operations explains, with what went before it and beside it, for people to
 * read; undefined when the history is linearizable.
 */
export function explainAnomaly<State, Op, Result>(
  model: SequentialModel<State, Op, Result>,
  history: History<Op, Result>,
): string | undefined {
  const verdict = linearizability(model, history);
  if (verdict === 'linearizable') return undefined;
  if (verdict === 'undecided') return `undecided: ${history.length} operations are too entangled to be searched`;

  const wrong = firstWrong(model, history);
  const before = until(history, wrong.returnedAt);
  const shown = before
    .filter((it) => it !== wrong && it.outcome.kind !== 'fail')
    .sort((a, b) => a.invokedAt - b.invokedAt)
    .slice(-SHOWN);
  const hidden = before.length - 1 - shown.length;
  return [
    'no order of the operations explains the answer marked with >',
    ...(hidden > 0 ? [`  (${hidden} earlier operations are not shown)`] : []),
    ...shown.map((it) => `  ${lineOf(it)}`),
    `> ${lineOf(wrong)}`,
  ].join('\n');
}

/** The operation whose answer makes the history wrong: what was answered until then, without it, can be explained. */
function firstWrong<State, Op, Result>(
  model: SequentialModel<State, Op, Result>,
  history: History<Op, Result>,
): Operation<Op, Result> {
  const answers = history.filter((it) => it.outcome.kind === 'ok').sort((a, b) => a.returnedAt - b.returnedAt);
  let good = 0;
  let bad = answers.length;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    const isGood = linearizability(model, until(history, answers[middle - 1]?.returnedAt ?? 0)) === 'linearizable';
    if (isGood) good = middle;
    else bad = middle;
  }
  const wrong = answers[bad - 1];
  if (wrong === undefined) throw new Error('a history without answers cannot be wrong');
  return wrong;
}

/** The history as it was then: what had not been answered may have happened or not. */
function until<Op, Result>(history: History<Op, Result>, time: number): Operation<Op, Result>[] {
  return history
    .filter((it) => it.invokedAt <= time)
    .map((it) => (it.returnedAt <= time ? it : { ...it, outcome: { kind: 'unknown' as const } }));
}

function lineOf<Op, Result>({ process, op, invokedAt, returnedAt, outcome }: Operation<Op, Result>): string {
  const what = typeof op === 'string' ? op : Object.values(op as object).join(' ');
  const came = outcome.kind === 'ok' ? `gave ${String(outcome.result ?? 'nothing')}` : `outcome ${outcome.kind}`;
  const time = `${invokedAt.toFixed(1)} to ${returnedAt.toFixed(1)} ms`;
  return `${time}  ${process}  ${what}  ${came}`;
}
