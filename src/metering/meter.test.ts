import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemIds } from '../ids.ts';
import type { Metadata } from '../storage/metadata/port.ts';
import { openSqlite } from '../storage/metadata/sqlite.ts';
import type { Log } from '../world.ts';
import { type RunningMeter, startMeter } from './meter.ts';
import { readUsage } from './read-usage.ts';

const registry = { account: '123456789012', region: 'us-east-1' };
const clock = { now: () => new Date(Date.UTC(2026, 10, 28, 14)) };
const quiet = () => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };

let folder: string;
let metadata: Metadata;
const meters: RunningMeter[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-meter-'));
  metadata = await openSqlite(join(folder, 'berth.db'));
});
afterEach(async () => {
  await Promise.all(meters.splice(0).map((it) => it.close()));
  await metadata.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(over: Partial<Metadata> = {}): Promise<RunningMeter> {
  const meter = await startMeter({
    metadata: { ...metadata, ...over },
    clock,
    ids: systemIds,
    log,
    folder: join(folder, 'meter'),
    networks: [],
  });
  meters.push(meter);
  return meter;
}

function request(meter: RunningMeter, repositoryName = 'app', quantity = 1): void {
  meter.add({ registry, repositoryName, kind: 'requests', operation: 'PutImage', quantity });
}

async function counted(): Promise<number> {
  const usage = await readUsage({ metadata, clock }, { from: 0, to: Date.UTC(2100, 0), unit: 'month' });
  return Number(usage.reduce((sum, it) => sum + it.quantity, 0n));
}

const journals = () => readdir(join(folder, 'meter'));

test('what was counted when a process is killed is written down by the next, once', async () => {
  const killed = await start();
  for (let i = 0; i < 1_000; i++) request(killed, `app-${i % 7}`);
  await turn();
  expect(await counted()).toBe(0);
  await cp(join(folder, 'meter'), join(folder, 'copy'), { recursive: true });

  await start();
  expect(await counted()).toBe(1_000);
  // It died between the database and the file.
  await cp(join(folder, 'copy'), join(folder, 'meter'), { recursive: true });
  await start();
  expect(await counted()).toBe(1_000);
  expect(await journals()).toEqual([]);
});

test('a database that is away loses nothing, and holds nobody up', async () => {
  let isAway = true;
  const meter = await start({
    write: (work, options) => (isAway ? Promise.reject(new Error('away')) : metadata.write(work, options)),
  });
  request(meter);
  await meter.flush();
  request(meter);
  await meter.flush();
  expect(await counted()).toBe(0);
  isAway = false;
  await meter.flush();
  await meter.flush();
  expect(await counted()).toBe(2);
  expect(await journals()).toEqual([]);
});

test('more names than are told apart are counted all the same', async () => {
  const meter = await start();
  for (let i = 0; i < 10_050; i++) request(meter, `app-${i}`);
  await meter.flush();
  const usage = await readUsage({ metadata, clock }, { from: 0, to: Date.UTC(2100, 0), unit: 'month' });
  expect(usage.length).toBe(10_001);
  expect(usage.find((it) => it.repositoryName === '')?.quantity).toBe(50n);
});
