import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownBackends } from '../backends.ts';
import { type BerthProcess, berthProcess } from '../berth-process.ts';

let berth: BerthProcess;
let remove: () => Promise<void>;
beforeEach(async () => {
  const backends = await ownBackends();
  remove = backends.remove;
  berth = await berthProcess({
    flags: ['--port', '0', '--tls', 'off', '--workers', '2', '--create-on-push', 'always'],
    environment: backends.environment,
  });
});
afterEach(async () => {
  await berth.stop();
  await remove();
});

const workers = () =>
  readFileSync(`/proc/${berth.pid}/task/${berth.pid}/children`, 'utf8').trim().split(' ').map(Number);
const answers = async () => (await fetch(`${berth.url}/readyz`, { headers: { connection: 'close' } })).status;
const started = () => berth.stdout.filter((line) => line.includes('"berth started"')).length;

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('several processes serve one port, one that is killed comes again, and SIGTERM ends all', async () => {
  await until(() => started() === 2);
  const [first = 0, second = 0] = workers();
  expect(second).toBeGreaterThan(0);

  process.kill(first, 'SIGKILL');
  await until(() => started() === 3);
  expect(await answers()).toBe(200);
  expect(workers()).toHaveLength(2);
  expect(workers()).toContain(second);

  expect(await berth.kill('SIGTERM')).toBe(0);
  expect(berth.stderr.join('\n')).toContain('Finishing requests in flight.');
});

test('workers that cannot start end the program, which says why', async () => {
  const starting = berthProcess({
    flags: ['--port', '0', '--tls', 'off', '--workers', '2'],
    environment: { BERTH_DATABASE: 'postgres://nobody:hidden@127.0.0.1:1/none', BERTH_STORAGE: 's3://none' },
  });

  const error: unknown = await starting.catch((it: unknown) => it);
  const said = error instanceof Error ? error.message : '';

  expect(said).toContain('The database does not serve: connect ECONNREFUSED');
  expect(said).toContain('A worker could not start');
  expect(said).not.toContain('hidden');
  expect(said).not.toContain('bug in Berth');
}, 60_000);
