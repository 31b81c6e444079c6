import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sayMissing } from '../../clients/client.ts';
import { type Cluster, startCluster, withCluster } from '../../cluster.ts';
import { MAY_MOUNT } from '../small-disk.ts';
import { expectPromisesKept } from './check-load.ts';
import { databaseFaults } from './database-faults.ts';
import { type Janitor, startJanitor } from './janitor.ts';
import { type Load, startLoad } from './load.ts';
import { missingForNodeFaults, nodeFaults } from './node-faults.ts';
import { expectSettingsAtOnce, scaleUnderLoad, upgradeUnderLoad } from './rolling.ts';
import { BACK_WITHIN_MS, expectClean, FAULT_MS, type Fault, type FaultResult, runFault, slugOf } from './run-fault.ts';
import { storeFaults } from './store-faults.ts';
import { tableOf } from './table.ts';

/** Of the database, in memory: it needs a third of it. */
const DISK_IN_MIB = 768;

/** What is looked at when a load ends grows with it. */
const LOOKING_MS = 120_000 + FAULT_MS;

/** Each under one load: what one fault has left is there when the next comes. */
const FAULTS: readonly { readonly whom: string; readonly faults: readonly Fault[] }[] = [
  { whom: 'nodes', faults: nodeFaults },
  { whom: 'S3', faults: storeFaults },
  { whom: 'PostgreSQL', faults: databaseFaults },
];

/** One cluster for all: what one test has left is there when the next comes. */
let cluster: Cluster;
let janitor: Janitor;
let opened: AsyncDisposableStack;
const results: FaultResult[] = [];

withCluster('a cluster under load', () => {
  beforeAll(async () => {
    opened = new AsyncDisposableStack();
    const postgres = {
      extra: ['max_connections=60', 'max_wal_size=128MB'],
      ...(MAY_MOUNT && { diskInMib: DISK_IN_MIB }),
    };
    const environment = { BERTH_COLLECT_INTERVAL: '1' };
    // Half of what is pulled goes through a layer cache.
    const ofFirst = { BERTH_S3_CACHE: '1' };
    const options = { nodes: 2, places: 3, postgres, environment, ofFirst };
    cluster = opened.adopt(await startCluster(options), (it) => it.stop());
    janitor = opened.adopt(await startJanitor(cluster), (it) => it.stop());
  }, 120_000);
  afterAll(async () => {
    console.log(tableOf(results));
    await opened.disposeAsync();
  });

  test('what is set at one node holds at the other for the very next request', { timeout: 60_000 }, () =>
    expectSettingsAtOnce(cluster),
  );

  test('an upgrade of one node after the other fails no request', { timeout: 120_000 }, () =>
    upgradeUnderLoad(cluster),
  );

  describe.each(FAULTS)('of $whom something breaks', ({ whom, faults }) => {
    let load: Load | undefined;
    beforeAll(async () => {
      load = await startLoad(cluster, slugOf(whom), { chunksTo: cluster.nodes.map((it) => it.url) });
    });
    afterAll(() => load?.stop());

    test.each<Fault>(faults)(
      'through $name nothing acknowledged is lost or wrong, and service is back soon',
      { timeout: FAULT_MS + LOOKING_MS },
      async (fault) => {
        if (load === undefined) throw new Error('no load');
        const result = await runFault(cluster, load, fault);
        results.push(result);
        for (const [kind, ms] of result.recovery) expect(ms, `${kind} after the fault`).toBeLessThan(BACK_WITHIN_MS);
      },
    );

    test('in the end every promise of all that time holds', { timeout: LOOKING_MS }, async () => {
      if (load === undefined) throw new Error('no load');
      await load.stop();
      await expectPromisesKept(cluster, load);
      expect(await janitor.look()).toMatchObject({ findings: [], isClean: true });
    });
  });

  if (!MAY_MOUNT) sayMissing('a full disk of PostgreSQL', ['the right to mount']);
  if (missingForNodeFaults.length > 0) sayMissing('clock steps', missingForNodeFaults);

  test('nodes come and go, and no request fails', { timeout: 120_000 }, () => scaleUnderLoad(cluster));

  test('after all of that every byte is what its digest says, and garbage went', { timeout: LOOKING_MS }, async () => {
    expect(await janitor.stopCollecting()).toBeGreaterThan(0);
    await expectClean(cluster);
  });
});
