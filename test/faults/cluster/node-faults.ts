import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../cluster.ts';
import { type Fault, pass } from './run-fault.ts';

/** After so long the balancer has noticed that a node is back. */
const SEEN_MS = 1500;

/** Two nodes in turn; one is always there. */
const killed: Fault = {
  name: 'kill -9 of a node',
  async happen({ nodes }, ms) {
    const until = performance.now() + ms;
    for (let turn = 0; performance.now() < until; turn++) {
      const node = nodes[turn % nodes.length];
      await node?.kill();
      await pass(500);
      await node?.start();
      await pass(SEEN_MS);
    }
  },
};

const HOUR = 3_600_000;
const LIBFAKETIME = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketimeMT.so.1`;
/** The log has the time of a request; one comes every few milliseconds. */
const SHOWN_WITHIN_MS = 20_000;

/** One node's clock goes an hour ahead, back, and an hour behind. */
const clockSteps: Fault = {
  name: 'clock steps of an hour on a node',
  async happen(cluster, ms) {
    const folder = await mkdtemp(join(tmpdir(), 'berth-clock-'));
    const file = join(folder, 'offset');
    try {
      await writeFile(file, '+0\n');
      await restartLast(cluster, {
        LD_PRELOAD: LIBFAKETIME,
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_CACHE_DURATION: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      });
      for (const hours of [1, 0, -1]) {
        await writeFile(file, `${hours < 0 ? '' : '+'}${hours}h\n`);
        await showsTime(cluster, hours);
        await pass(ms / 3);
      }
      await restartLast(cluster);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** The node's log has that time, so many hours from now. */
async function showsTime({ nodes }: Cluster, hours: number): Promise<void> {
  const deadline = performance.now() + SHOWN_WITHIN_MS;
  while (performance.now() < deadline) {
    const time = Date.parse(String(nodes.at(-1)?.log().at(-1)?.['time']));
    if (Math.abs(time - Date.now() - hours * HOUR) < HOUR / 10) return;
    await pass(50);
  }
  throw new Error(`the clock of the last node was not moved by ${hours} h`);
}

async function restartLast({ nodes }: Cluster, environment: Readonly<Record<string, string>> = {}): Promise<void> {
  await nodes.at(-1)?.kill();
  await nodes.at(-1)?.start(environment);
}

/** What `nodeFaults` lacks here for want of a program. */
export const missingForNodeFaults: readonly string[] = existsSync(LIBFAKETIME) ? [] : ['libfaketime'];

export const nodeFaults: readonly Fault[] = missingForNodeFaults.length === 0 ? [killed, clockSteps] : [killed];
