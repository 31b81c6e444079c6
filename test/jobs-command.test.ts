import { afterAll, beforeAll, expect, test } from 'vitest';
import { addJob, findJob } from '../src/storage/metadata/jobs.ts';
import { berth as command } from './backup/command.ts';
import { startBerth, type TestBerth } from './berth.ts';

let berth: TestBerth;
beforeAll(async () => {
  // Commands are processes with a clock of their own.
  berth = await startBerth();
});
afterAll(() => berth.stop());

/** Of a kind that no server knows, so that it stays as it is. */
async function add(state: 'dead' | 'waiting', kind = 'of-a-test'): Promise<string> {
  const { world, registry } = berth;
  const now = world.clock.now();
  const id = world.ids.uuid();
  const dueAt = new Date(now.getTime() + 3_600_000);
  const deadOf = state === 'dead' ? `it answered\n500 ${'x'.repeat(100)}` : undefined;
  await world.metadata.write((tx) =>
    addJob(tx, { id, kind, registry, payload: { target: 'there' }, dueAt, now, deadOf }),
  );
  return id;
}

const find = (id: string) => berth.world.metadata.read((tx) => findJob(tx, id));

const jobs = (...args: string[]) => command(['jobs', ...args, '--data-dir', berth.settings.dataDir]);

test('jobs are listed and shown beside a running server, in both forms', async () => {
  const dead = await add('dead');
  const waiting = await add('waiting');

  const [rows, all, shown, whole] = await Promise.all([
    jobs('list', '--state', 'dead'),
    jobs('list', '--kind', 'of-a-test', '--output', 'json'),
    jobs('show', dead),
    jobs('show', dead, '--output', 'json'),
  ]);

  const lines = rows.out.trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^ID +KIND +STATE +ATTEMPTS +DUE +ERROR$/);
  expect(lines[1]).toMatch(new RegExp(`^${dead} +of-a-test +dead +0 +\\S+Z +it answered 500 x+…$`));
  expect(JSON.parse(all.out)).toEqual([
    expect.objectContaining({ id: dead, state: 'dead', payload: { target: 'there' } }),
    expect.objectContaining({ id: waiting, state: 'waiting' }),
  ]);
  expect(shown.out).toContain('it answered\n500');
  expect(shown.out).toContain('"target": "there"');
  expect(JSON.parse(whole.out)).toMatchObject({ id: dead, account: berth.registry.account, attempts: 0 });
});

test('jobs are tried again and given up: by their ids, and all that are dead', async () => {
  const [first, second, third] = [
    await add('dead', 'tried'),
    await add('dead', 'tried'),
    await add('waiting', 'tried'),
  ];

  const one = await jobs('retry', first, third, '--output', 'json');
  expect(JSON.parse(one.out).retried.toSorted()).toEqual([first, third].toSorted());
  expect((await find(second))?.state).toBe('dead');
  expect((await find(third))?.due_at).toBeLessThan(berth.world.clock.now().getTime() + 3_600_000);
  const all = await jobs('retry', '--all');
  expect(all).toMatchObject({ status: 0, out: expect.stringContaining(second) });
  expect(await find(second)).toMatchObject({ state: 'waiting', attempts: 0 });
  const dropped = await jobs('drop', second);

  expect(dropped).toMatchObject({ status: 0, err: '' });
  expect(await find(second)).toBeUndefined();
});

test('what is not there, and what cannot be meant, is said', async () => {
  const [missing, gone, both, limit, state] = await Promise.all([
    jobs('show', 'none'),
    jobs('drop', 'none'),
    jobs('retry'),
    jobs('list', '--limit', 'x'),
    jobs('list', '--state', 'lost'),
  ]);

  expect(missing).toMatchObject({ status: 1, err: expect.stringContaining('jobs list') });
  expect(gone).toMatchObject({ status: 1, err: expect.stringContaining('Not there, or running') });
  expect(both).toMatchObject({ status: 1, err: expect.stringContaining('--all') });
  expect(limit).toMatchObject({ status: 1, err: expect.stringContaining('--limit x') });
  expect(state).toMatchObject({ status: 2, err: expect.stringContaining('waiting, running, dead') });
});
