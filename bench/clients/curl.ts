import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs curl, which is a process of its own; gives what it writes out. @throws when it fails or an answer is an error */
export async function curl(args: readonly string[], headers: Readonly<Record<string, string>>): Promise<string> {
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  // -q first: a configuration of the user's would change what is measured. --fail makes an error of an error status.
  // Certificates are the servers' own.
  const { stdout } = await run('curl', ['-q', '-sS', '--fail', '--noproxy', '*', '--insecure', ...given, ...args]);
  return stdout;
}
