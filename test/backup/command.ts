import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const HOST = new URL('./command-host.ts', import.meta.url).pathname;

export interface Ended {
  /** The exit status, or the signal that it died of. */
  readonly status: unknown;
  readonly out: string;
  readonly err: string;
}

/** Runs the program to its end, in an environment of nothing but `environment`. */
export async function berthProgram(
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

let host: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * The same, for commands that end by themselves: in a process that does one after the other, since to start and load is
 * most of what a command costs. It is another process than the test's all the same.
 */
export function berth(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const ended = last.then(() => askHost({ args, environment: { PATH: process.env['PATH'] ?? '', ...environment } }));
  last = ended.catch(() => undefined);
  return ended;
}

async function askHost(command: { readonly args: readonly string[]; readonly environment: object }): Promise<Ended> {
  host ??= startHost();
  const asked = host;
  const over = new AbortController();
  const gone = once(asked, 'exit', over).then((how) => {
    throw new Error(`The process of commands ended at ${command.args.join(' ')}: ${how.join(' ')}`);
  });
  const answered = once(asked, 'message', over);
  asked.ref();
  asked.channel?.ref();
  asked.send(command);
  try {
    const [ended] = await Promise.race([answered, gone]);
    return ended;
  } finally {
    over.abort();
    asked.unref();
    asked.channel?.unref();
  }
}

function startHost(): ChildProcess {
  const child = spawn(process.execPath, [HOST], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  child.stderr?.pipe(process.stderr);
  child.once('exit', () => {
    host = undefined;
  });
  return child;
}
