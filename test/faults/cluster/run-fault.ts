import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { attempt } from '../../clients/run.ts';
import type { Cluster } from '../../cluster.ts';
import { expectNothingLost } from './check-load.ts';
import type { Load } from './load.ts';
import { recoveryTimes } from './recovery.ts';
import type { Count, Kind } from './tally.ts';

const MAIN = new URL('../../../src/main.ts', import.meta.url).pathname;

/** How long each fault lasts. Two seconds, so that all of them pass in two minutes; ten minutes show more. */
export const FAULT_MS = secondsOf(process.env['FAULT_SECONDS'] ?? '2') * 1000;

/** Service must be back so soon after a fault ends. */
export const BACK_WITHIN_MS = 10_000;

/** So long the load goes on at most once a fault has ended. */
const AFTER_MS = 1000;

export interface Fault {
  readonly name: string;
  /** Whether not one pull may fail. */
  readonly pullsGoOn?: boolean;
  /** Breaks something for `ms`; it is mended when this resolves. */
  happen(cluster: Cluster, ms: number): Promise<void>;
}

export interface FaultResult {
  readonly name: string;
  /** What clients saw from its beginning until service was back. */
  readonly seen: ReadonlyMap<Kind, Count>;
  readonly recovery: ReadonlyMap<Kind, number>;
  /** Pushes that were acknowledged meanwhile. */
  readonly acknowledged: number;
}

/** Breaks something under load. Fails when what was acknowledged is lost or wrong. */
export async function runFault(cluster: Cluster, load: Load, fault: Fault): Promise<FaultResult> {
  await load.begin(slugOf(fault.name));
  const before = load.ledger.acknowledged;
  await fault.happen(cluster, FAULT_MS);
  const pulls = load.tally.counts.get('pull');
  if (fault.pullsGoOn) {
    expect(pulls?.served).toBeGreaterThan(0);
    expect(pulls?.failed).toEqual(new Map());
  }
  const recovering = recoveryTimes(cluster, load.right);
  await Promise.race([recovering, pass(AFTER_MS)]);
  load.rest();
  const recovery = await recovering;
  const seen = structuredClone(load.tally.counts);
  const acknowledged = load.ledger.acknowledged - before;

  await expectNothingLost(cluster, load);
  return { name: fault.name, seen, recovery, acknowledged };
}

/** A name as repositories and tags have it. */
export function slugOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

/** `berth fsck` reads everything, and finds nothing. */
export async function expectClean(cluster: Cluster): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-fsck-'));
  try {
    const args = [MAIN, 'fsck', '--data-dir', folder, '--output', 'json'];
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
