import { Option } from 'commander';

export type OutputForm = 'table' | 'json';

/** `--output`, wherever there is something to print. */
export function outputOption(): Option {
  return new Option('--output <form>', 'what is printed').choices(['table', 'json']).default('table');
}

/** Rows under headings in capitals, columns as wide as they need to be; for people. */
export function table(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const names = Object.keys(first);
  const lines = [names.map((it) => it.toUpperCase()), ...rows.map((row) => names.map((it) => String(row[it] ?? '')))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** The same for programs. */
export function json(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}
