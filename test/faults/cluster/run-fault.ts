import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { attempt } from '../../clients/run.ts';
import type { Cluster } from '../../cluster.ts';
import { expectPromisesKept } from './check-load.ts';
import { startLoad } from './load.ts';
import { recoveryTimes } from './recovery.ts';
import type { Count, Kind } from './tally.ts';

const MAIN = new URL('../../../src/main.ts', import.meta.url).pathname;

/** How long each fault lasts. Three seconds, so that all of them pass in some minutes; ten minutes show more. */
export const FAULT_MS = secondsOf(process.env['FAULT_SECONDS'] ?? '2') * 1000;

/** Service must be back so soon after a fault ends. */
export const BACK_WITHIN_MS = 10_000;

export interface Fault {
  readonly name: string;
  /** Whether not one pull may fail. */
  readonly pullsGoOn?: boolean;
  /** Breaks something for `ms`; it is mended when this resolves. */
  happen(cluster: Cluster, ms: number): Promise<void>;
}

export interface FaultResult {
  readonly name: string;
  /** What clients saw from its beginning on. */
  readonly seen: ReadonlyMap<Kind, Count>;
  readonly recovery: ReadonlyMap<Kind, number>;
  /** Pushes that were acknowledged. */
  readonly acknowledged: number;
}

/** Breaks something under load, and checks everything that was promised. Fails when a promise was broken. */
export async function runFault(cluster: Cluster, fault: Fault): Promise<FaultResult> {
  const name = fault.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const load = await startLoad(cluster, name, { chunksTo: cluster.nodes.map((it) => it.url) });
  await pass(1000);
  load.tally.reset();
  await fault.happen(cluster, FAULT_MS);
  if (fault.pullsGoOn) {
    const pulls = load.tally.counts.get('pull');
    expect(pulls?.served).toBeGreaterThan(0);
    expect(pulls?.failed).toEqual(new Map());
  }
  const recovery = await recoveryTimes(cluster, `${name}/right`);
  await load.stop();

  await expectPromisesKept(cluster, load);
  await expectClean(cluster, ['--quick']);
  return { name: fault.name, seen: load.tally.counts, recovery, acknowledged: load.ledger.acknowledged };
}

/** `berth fsck` finds nothing. */
export async function expectClean(cluster: Cluster, flags: readonly string[] = []): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-fsck-'));
  try {
    const args = [MAIN, 'fsck', '--data-dir', folder, '--output', 'json', ...flags];
    const outcome = await attempt(process.execPath, args, { env: { ...cluster.environment } });
    expect(outcome, `${outcome.stdout}${outcome.stderr}`).toMatchObject({ code: 0 });
    expect(JSON.parse(outcome.stdout)).toMatchObject({ findings: [], isClean: true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function secondsOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`FAULT_SECONDS is "${text}", which is no whole number of seconds`);
  return Number(text);
}
