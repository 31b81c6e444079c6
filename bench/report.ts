import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure } from './figure.ts';
import type { Machine } from './machine.ts';
import type { Spread } from './spread.ts';

export interface Report {
  readonly startedAt: string;
  readonly isQuick: boolean;
  readonly machine: Machine;
  readonly figures: readonly Figure[];
}

const RESULTS = new URL('./results/', import.meta.url).pathname;

/** Writes the report as JSON; gives the file's path. */
export async function keepReport(report: Report): Promise<string> {
  await mkdir(RESULTS, { recursive: true });
  const file = join(RESULTS, `${report.startedAt.replaceAll(':', '-')}.json`);
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
}

/** The report for people: the machine, then a table without frames. */
export function render({ machine, figures, isQuick }: Report): string {
  const head = ['MEASUREMENT', 'UNIT', 'BERTH', '(SPREAD)', 'PEER', '(SPREAD)', 'RATIO', 'TARGET', 'REACHED'];
  const rows = figures.map(({ what, unit, berth, peer, ratio, target, isReached }) => [
    what,
    unit,
    short(berth.median),
    between(berth),
    peer ? short(peer.median) : '',
    peer ? between(peer) : '',
    ratio === undefined ? '' : `${ratio.toFixed(2)}`,
    target ?? '',
    isReached === undefined ? '' : isReached ? 'yes' : 'NO',
  ]);
  return [
    `Machine   ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB; ${machine.kernel}`,
    `Versions  node ${machine.node}, docker-registry ${machine.peer}, curl ${machine.curl}, wrk ${machine.wrk}`,
    'Clients   curl and wrk are processes of their own on the same cores, and take their part of them.',
    ...(isQuick ? ['Quick     few rounds and small sizes: these are no figures to quote.'] : []),
    '',
    ...columns([head, ...rows]),
    '',
  ].join('\n');
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function between({ least, greatest, rounds }: Spread): string {
  return rounds === 1 ? '(1 round)' : `(${short(least)} to ${short(greatest)})`;
}

function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
