// Starts programs in an environment that the test makes: nothing of the machine's own reaches a client by accident.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What the program reads from standard input. */
  readonly input?: string | Buffer;
  /** The program is killed, and the run fails, after so many milliseconds. Default: a minute. */
  readonly timeoutMs?: number;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and tells how it ended. Rejects only when it cannot be started. */
export async function attempt(program: string, args: readonly string[], options: RunOptions): Promise<Outcome> {
  const child = spawn(program, args, {
    env: { ...options.env },
    cwd: options.cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 60_000,
    killSignal: 'SIGKILL',
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that never reads its input may be gone before we have written it: its exit code says what matters.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

/**
 * Runs a program to its end and resolves with its standard output, without the last line break.
 *
 * @throws Error with both outputs when it does not end with 0
 */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  return printed(program, args, await attempt(program, args, options));
}

/**
 * What a program printed that has been run, without the last line break.
 *
 * @throws Error with both outputs when it did not end with 0
 */
export function printed(program: string, args: readonly string[], outcome: Outcome): string {
  if (outcome.code !== 0) {
    const said = `${outcome.stdout.slice(-2000)}\n${outcome.stderr.slice(-4000)}`.trim();
    throw new Error(`${program} ${args.join(' ')}\nended with ${outcome.code}:\n${said}`);
  }
  return outcome.stdout.trimEnd();
}

export interface Daemon {
  readonly process: ChildProcess;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a program that stays, and resolves once `isReady` says so, which is given what the program wrote so far.
 *
 * @throws Error with what it wrote when it ends, or is not ready after half a minute
 */
export async function startDaemon(
  program: string,
  args: readonly string[],
  options: Pick<RunOptions, 'env' | 'cwd'>,
  isReady: (wrote: string) => Promise<boolean>,
): Promise<Daemon> {
  const child = spawn(program, args, { env: { ...options.env }, cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let wrote = '';
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      wrote = (wrote + chunk.toString()).slice(-20_000);
    });
  }
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null || failure) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(force);
  };

  const deadline = Date.now() + 30_000;
  while (!(await isReady(wrote))) {
    const ended = failure !== undefined || child.exitCode !== null || child.signalCode !== null;
    if (ended || Date.now() > deadline) {
      await stop();
      throw new Error(`${program} ${ended ? 'ended' : 'was not ready'}: ${failure?.message ?? ''}\n${wrote}`);
    }
    // Other people's daemons give no sign on a pipe that they are ready; asking them is all that there is.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { process: child, stop };
}
