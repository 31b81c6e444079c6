import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sayMissing } from '../../clients/client.ts';
import { type Cluster, startCluster, withCluster } from '../../cluster.ts';
import { MAY_MOUNT } from '../small-disk.ts';
import { collectAllTheTime } from './collecting.ts';
import { databaseFaults } from './database-faults.ts';
import { missingForNodeFaults, nodeFaults } from './node-faults.ts';
import { BACK_WITHIN_MS, expectClean, FAULT_MS, type Fault, type FaultResult, runFault } from './run-fault.ts';
import { storeFaults } from './store-faults.ts';
import { tableOf } from './table.ts';

/** Of the database, in memory: it needs a third of it. */
const DISK_IN_MIB = 768;

/** One cluster for all: what one fault has left is there when the next comes. */
let cluster: Cluster;
let opened: AsyncDisposableStack;
let stopCollecting: () => Promise<number>;
const results: FaultResult[] = [];

withCluster('a cluster of which something breaks', () => {
  beforeAll(async () => {
    opened = new AsyncDisposableStack();
    cluster = opened.adopt(
      await startCluster({
        nodes: 2,
        postgres: {
          extra: ['max_connections=60', 'max_wal_size=128MB'],
          ...(MAY_MOUNT && { diskInMib: DISK_IN_MIB }),
        },
        environment: { BERTH_COLLECT_INTERVAL: '1' },
      }),
      (it) => it.stop(),
    );
    const folder = opened.adopt(await mkdtemp(join(tmpdir(), 'berth-collect-')), (it) =>
      rm(it, { recursive: true, force: true }),
    );
    stopCollecting = await collectAllTheTime(cluster, folder);
    opened.defer(async () => void (await stopCollecting()));
  }, 60_000);
  afterAll(async () => {
    console.log(tableOf(results));
    await opened.disposeAsync();
  });

  test.each<Fault>([...nodeFaults, ...storeFaults, ...databaseFaults])(
    'through $name nothing acknowledged is lost or wrong, and service is back soon',
    { timeout: FAULT_MS + 150_000 },
    async (fault) => {
      const result = await runFault(cluster, fault);
      results.push(result);
      for (const [kind, ms] of result.recovery) expect(ms, `${kind} after the fault`).toBeLessThan(BACK_WITHIN_MS);
    },
  );

  if (!MAY_MOUNT) sayMissing('a full disk of PostgreSQL', ['the right to mount']);
  if (missingForNodeFaults.length > 0) sayMissing('clock steps', missingForNodeFaults);

  test('after all of them every byte is what its digest says, and garbage went', { timeout: 120_000 }, async () => {
    expect(await stopCollecting()).toBeGreaterThan(0);
    await expectClean(cluster);
  });
});
