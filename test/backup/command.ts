import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

export interface Ended {
  /** The exit status, or the signal that it died of. */
  readonly status: unknown;
  readonly out: string;
  readonly err: string;
}

/** Runs the program to its end, in an environment of nothing but `environment`. */
export async function berth(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'] ?? '', ...environment } });
  child.stdin.end();
  const [out, err, [status, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { status: status ?? signal, out, err };
}
