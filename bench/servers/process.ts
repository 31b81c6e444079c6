import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { send } from '../clients/request.ts';

/** A server's process; what it says goes to a file, so that reading it costs the measurement nothing. */
export interface ServerProcess {
  readonly pid: number;
  /** Resolves when it answers `path` with 200; gives the milliseconds since it was started. */
  answers(address: string, headers?: Readonly<Record<string, string>>): Promise<number>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 20_000;

/**
 * @param environment variables beside PATH and HOME
 * @throws when `program` cannot be run
 */
export async function startProcess(
  program: string,
  args: readonly string[],
  logFile: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const log: FileHandle = await open(logFile, 'a');
  const startedAt = performance.now();
  const child: ChildProcess = spawn(program, args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...environment },
    stdio: ['ignore', log.fd, log.fd],
  });
  const ended = once(child, 'exit');
  await once(child, 'spawn').finally(() => log.close());
  const isRunning = () => child.exitCode === null && child.signalCode === null;

  return {
    pid: child.pid ?? 0,
    async answers(address, headers = {}) {
      while (performance.now() - startedAt < PATIENCE_MS && isRunning()) {
        const status = await send('GET', address, { headers }).then(
          (answer) => answer.status,
          () => 0,
        );
        if (status === 200) return performance.now() - startedAt;
        await wait(5);
      }
      throw new Error(`${program} does not answer at ${address}; its log is ${logFile}`);
    },
    async stop() {
      if (!isRunning()) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
}
