// Runs commands of Berth one after the other, as its parent asks for them, each in an environment of its own.
import { run } from '../../src/cli/run.ts';
import type { Ended } from './command.ts';

process.umask(0o077); // As `main.ts` does.

process.on('message', async ({ args, environment }: { args: string[]; environment: Record<string, string> }) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  const said = { out: '', err: '' };
  process.stdout.write = (chunk: unknown) => hear('out', chunk);
  process.stderr.write = (chunk: unknown) => hear('err', chunk);
  const status = await run(args);
  process.send?.({ status, ...said } satisfies Ended);

  function hear(where: keyof typeof said, chunk: unknown): true {
    said[where] += chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : String(chunk);
    return true;
  }
});
process.once('disconnect', () => process.exit());
