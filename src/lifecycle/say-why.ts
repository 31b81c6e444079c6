import type { Reason, Verdict } from '../values/lifecycle-verdict.ts';

/** A clause that says why an image is kept or goes, such as `rule 2 keeps the 10 youngest and this is number 14`. */
export function sayWhy({ action, rule, why, shieldedFrom }: Verdict): string {
  const clause = clauseOf(why, { action, rule });
  if (shieldedFrom.length === 0) return clause;
  const others = shieldedFrom.length === 1 ? `rule ${shieldedFrom[0]}` : `rules ${shieldedFrom.join(', ')}`;
  return `${clause}, which shields it from ${others}`;
}

function clauseOf(why: Reason, { action, rule }: Pick<Verdict, 'action' | 'rule'>): string {
  const by = rule === undefined ? 'no rule' : `rule ${rule}`;
  switch (why.kind) {
    case 'no-rule':
      return 'no rule is about its tags and storage class';
    case 'activating':
      return 'it is on its way back from the archive';
    case 'place':
      return `${by} keeps the ${why.keeps} youngest and this is number ${why.place}`;
    case 'age':
      return `${by} takes what was ${why.since} more than ${days(why.days)} ago and this was at ${timeOf(why.at)}`;
    case 'index':
      return `${by} is about it, but the index ${why.index} holds it and stays`;
    case 'not-counted':
      return `${by} does not count what an index holds, and ${why.index} holds it`;
    case 'in-use':
      return `${by} spares what was in use within ${days(why.days)} and this was at ${timeOf(why.at)}`;
    case 'subject':
      return action === 'keep'
        ? `it refers to ${why.subject} and stays with it`
        : `it refers to ${why.subject} and goes with it`;
  }
}

function days(count: number): string {
  return count === 1 ? 'a day' : `${count} days`;
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
