import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;

export interface BerthProcessOptions {
  /** A folder that is there already and stays; otherwise a new one that `stop` removes. */
  readonly dataDir?: string;
  /** Port and everything else: as flags of `berth serve`. By default a free port and plain HTTP. */
  readonly flags?: readonly string[];
  /** Variables beside PATH and HOME. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface BerthProcess {
  /** `http://localhost:PORT`. */
  readonly url: string;
  /** `localhost:PORT`. */
  readonly host: string;
  readonly pid: number;
  readonly dataDir: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Lines so far: the log, one JSON object each. */
  readonly stdout: readonly string[];
  /** Lines so far: what it says to people. */
  readonly stderr: readonly string[];
  /** Sends a signal and waits for the end; gives the exit status, or the signal that it died of. */
  kill(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
  /** Ends it if it still runs, and removes its folder if it is its own. */
  stop(): Promise<void>;
}

/** Runs the real program as a process of its own, for tests that kill it and for clients; resolves when it serves. */
export async function berthProcess(options: BerthProcessOptions = {}): Promise<BerthProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'berth-process-')));
  const flags = options.flags ?? ['--port', '0', '--tls', 'off'];
  const child = spawn(process.execPath, [MAIN, 'serve', '--data-dir', dataDir, ...flags], {
    env: { PATH: process.env['PATH'] ?? '', HOME: dataDir, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const stdout = linesOf(child.stdout);
  const stderr = linesOf(child.stderr);

  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
    return child.exitCode ?? child.signalCode ?? 1;
  };
  const stop = async () => {
    if (isRunning(child)) await kill('SIGKILL');
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
  };

  const url = await Promise.race([
    stdout.find((line) => line.includes('"berth started"')).then((line) => String(JSON.parse(line).url)),
    ended.then(() => undefined),
  ]);
  if (url === undefined) {
    await stop();
    throw new Error(`Berth did not start:\n${[...stderr.lines, ...stdout.lines].join('\n')}`);
  }
  const credentials = await readFile(join(dataDir, 'credentials'), 'utf8');
  return {
    url,
    host: new URL(url).host,
    pid: child.pid ?? 0,
    dataDir,
    accessKeyId: /aws_access_key_id = (\S+)/.exec(credentials)?.[1] ?? '',
    secretAccessKey: /aws_secret_access_key = (\S+)/.exec(credentials)?.[1] ?? '',
    stdout: stdout.lines,
    stderr: stderr.lines,
    kill,
    stop,
  };
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Collects a stream's lines; `find` resolves with the first that fits. */
function linesOf(stream: NodeJS.ReadableStream) {
  const lines: string[] = [];
  const waiting: { readonly fits: (line: string) => boolean; readonly resolve: (line: string) => void }[] = [];
  createInterface({ input: stream }).on('line', (line) => {
    lines.push(line);
    for (const it of waiting) if (it.fits(line)) it.resolve(line);
  });
  return {
    lines,
    find: (fits: (line: string) => boolean) => new Promise<string>((resolve) => waiting.push({ fits, resolve })),
  };
}
