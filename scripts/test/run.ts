import { spawn } from 'node:child_process';

/**
 * Runs `command` to its end and resolves with its exit status and everything it wrote. `show`: its words go to this
 * terminal instead, as they come. `env`: all its variables. A command that cannot be started counts as status 127.
 */
export function run(
  command: string,
  args: readonly string[],
  { show = false, env = process.env }: { show?: boolean; env?: NodeJS.ProcessEnv } = {},
): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    const end = (status: number, words = '') =>
      resolve({ status, output: Buffer.concat(chunks).toString('utf8') + words });
    child.on('error', (error) => end(127, `${command}: ${error.message}\n`));
    child.on('close', (status) => end(status ?? 1));
  });
}
