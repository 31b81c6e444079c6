import { execFile } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly node: string;
  readonly curl: string;
  readonly wrk: string;
  readonly peer: string;
}

/** What the figures depend on. A program that is not there is called `missing`. */
export async function describeMachine(): Promise<Machine> {
  const [curl, wrk, peer] = await Promise.all([
    firstMatch('curl', ['--version'], /^curl (\S+)/),
    firstMatch('wrk', ['-v'], /wrk (?:debian\/)?(\S+)/),
    firstMatch('docker-registry', ['--version'], /(\d+\.\S+)\s*$/),
  ]);
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()}`,
    node: process.version,
    curl,
    wrk,
    peer,
  };
}

async function firstMatch(program: string, args: readonly string[], version: RegExp): Promise<string> {
  // wrk ends with status 1 after it has told its version.
  const { stdout, stderr } = await run(program, [...args]).catch(
    (error: { stdout?: string; stderr?: string }) => error,
  );
  return version.exec(`${stdout ?? ''}${stderr ?? ''}`.trim())?.[1] ?? 'missing';
}
