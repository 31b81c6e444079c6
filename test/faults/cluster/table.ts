import type { FaultResult } from './run-fault.ts';
import type { Count } from './tally.ts';

/** The results as a table of Markdown, for people and for docs/reliability.md. */
export function tableOf(results: readonly FaultResult[]): string {
  const rows = results.map(({ name, seen, recovery, acknowledged }) => {
    const counts = [...seen.values()];
    const served = counts.reduce((sum, it) => sum + it.served, 0);
    const slowest = Math.max(...counts.map((it) => it.slowestMs));
    const back = [...recovery].map(([kind, ms]) => `${kind} ${(ms / 1000).toFixed(2)}`).join(', ');
    return [name, served, failuresIn(counts), `${(slowest / 1000).toFixed(1)} s`, back, acknowledged].join(' | ');
  });
  return ['| fault | served | failed | slowest | back after, s | pushes kept |', '|---|---|---|---|---|---|']
    .concat(rows.map((it) => `| ${it} |`))
    .join('\n');
}

/** `503: 12, ECONNRESET: 1`, the most frequent first. */
function failuresIn(counts: readonly Count[]): string {
  const all = new Map<string, number>();
  for (const { failed } of counts) for (const [what, count] of failed) all.set(what, (all.get(what) ?? 0) + count);
  const sorted = [...all].sort(([, a], [, b]) => b - a).map(([what, count]) => `${what}: ${count}`);
  return sorted.length === 0 ? 'none' : sorted.join(', ');
}
