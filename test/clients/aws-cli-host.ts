// An AWS CLI is a program of Python's, and most of the time that a call takes goes into loading it. Here it is loaded once
// for all calls of a file.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { attempt, type Outcome, printed } from './run.ts';

interface CallOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

type Host = (args: readonly string[], options: CallOptions) => Promise<Outcome>;

const HOST = join(import.meta.dirname, 'aws-cli-host.py');
const hosts = new Map<string, Promise<Host>>();

/**
 * Runs an AWS CLI to its end, in a process of its own with nothing but what is given, and tells how it ended. One that
 * cannot be loaded beforehand, as it is no script, is started anew for each call.
 */
export async function attemptAws(program: string, args: readonly string[], options: CallOptions): Promise<Outcome> {
  let host = hosts.get(program);
  if (host === undefined) {
    host = startHost(program);
    hosts.set(program, host);
  }
  return (await host)(args, options);
}

/** Runs an AWS CLI in that way, and resolves with what it printed; rejects as `run` does. */
export async function runAws(program: string, args: readonly string[], options: CallOptions): Promise<string> {
  return printed(program, args, await attemptAws(program, args, options));
}

/** Ends with the process that started it. */
async function startHost(program: string): Promise<Host> {
  const started: Host = (args, options) => attempt(program, args, options);
  const [python, ...before] = hostCommand(program);
  if (python === undefined) return started;

  // Where it keeps sessions of roles is settled when it is loaded: calls that do so are to be started by themselves.
  const home = mkdtempSync(join(tmpdir(), 'berth-aws-'));
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  const env = { PATH: '/usr/bin:/bin', HOME: home, TMPDIR: tmpdir(), LANG: 'C.UTF-8' };
  const child = spawn(python, before, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value;
  if ((await next()) !== 'ready') return started;

  let last: Promise<unknown> = Promise.resolve();
  return (args, { env: environment, cwd }) => {
    const outcome = last.then(async () => {
      child.stdin.write(`${JSON.stringify({ args, env: environment, cwd })}\n`);
      return JSON.parse((await next()) ?? '') as Outcome;
    });
    last = outcome.catch(() => undefined);
    return outcome;
  };
}

/** How the host is started with the Python of an AWS CLI; empty where that is not known. */
function hostCommand(program: string): string[] {
  const text = beginningOf(program);
  if (!text.startsWith('#!')) return [];
  // The wrapper that acquire.sh writes names the script that it starts.
  const script = /'[^']*\/bin\/aws'/.exec(text)?.[0];
  if (script !== undefined) return ['/bin/sh', '-c', text.replace(script, `'${HOST}'`)];
  const python = /^#!(\S*python\S*)/.exec(text)?.[1];
  // A manager of versions has one script under the names of all its programs.
  return [python ?? join(dirname(program), 'python3'), HOST];
}

function beginningOf(program: string): string {
  const file = openSync(program, 'r');
  try {
    const bytes = Buffer.alloc(4096);
    return bytes.toString('utf8', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}
