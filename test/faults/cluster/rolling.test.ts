import {
  CreateRepositoryCommand,
  GetAccountSettingCommand,
  PutAccountSettingCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster, withCluster } from '../../cluster.ts';
import type { ClusterNode } from '../../cluster-node.ts';
import { expectPromisesKept } from './check-load.ts';
import { type Load, startLoad } from './load.ts';
import { localImage, pushImage, putManifest } from './push.ts';
import { registryClient } from './registry-client.ts';
import { expectClean, pass } from './run-fault.ts';

/** A minute or more between two nodes is usual; the balancer needs about one second to notice. */
const BETWEEN_MS = 2000;
const CONFIG = Buffer.from('a config');

let cluster: Cluster;

/** Ends the load, which saw nothing but good answers. */
async function expectNobodyNoticed(load: Load): Promise<void> {
  await load.stop();
  for (const [kind, { served, failed }] of load.tally.counts) {
    expect(Object.fromEntries(failed), `failed ${kind}`).toEqual({});
    expect(served, `served ${kind}`).toBeGreaterThan(0);
  }
  await expectPromisesKept(cluster, load);
  await expectClean(cluster, ['--quick']);
}

async function upgrade(node: ClusterNode): Promise<void> {
  expect(await node.drain()).toBe(0);
  await node.start();
  await pass(BETWEEN_MS);
}

withCluster('a cluster under load', () => {
  beforeAll(async () => {
    cluster = await startCluster({ nodes: 2, places: 3 });
  }, 60_000);
  afterAll(() => cluster.stop());

  test('what is set at one node holds at the other for the very next request', { timeout: 60_000 }, async () => {
    const [one, other] = cluster.nodes;
    if (one === undefined || other === undefined) throw new Error('two nodes were expected');
    const there = registryClient(other.url, cluster.authorization);
    const [apiHere, apiThere] = [cluster.ecr(one.url), cluster.ecr(other.url)];
    const repositoryName = 'settings';
    await apiHere.send(new CreateRepositoryCommand({ repositoryName }));
    const [first, second] = [localImage(CONFIG, [], 'first'), localImage(CONFIG, [], 'second')];
    await pushImage(there, repositoryName, first, { reference: 'fixed' });

    for (let round = 0; round < 10; round++) {
      const set = (imageTagMutability: 'IMMUTABLE' | 'MUTABLE') =>
        apiHere.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability }));
      await set('IMMUTABLE');
      expect((await putManifest(there, repositoryName, second, 'fixed')).status).toBe(400);
      await set('MUTABLE');
      expect((await putManifest(there, repositoryName, second, 'fixed')).status).toBe(201);
      expect((await putManifest(there, repositoryName, first, 'fixed')).status).toBe(201);

      const value = round % 2 === 0 ? 'ENABLED' : 'DISABLED';
      await apiHere.send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value }));
      expect(await apiThere.send(new GetAccountSettingCommand({ name: 'BLOB_MOUNTING' }))).toMatchObject({ value });
    }
    for (const it of [apiHere, apiThere]) it.destroy();
    there.close();
  });

  test('an upgrade of one node after the other under load fails no request', { timeout: 120_000 }, async () => {
    const load = await startLoad(cluster, 'upgrade');
    await pass(1000);
    for (const node of cluster.nodes) await upgrade(node);
    await expectNobodyNoticed(load);
  });

  test('nodes come and go under load, and no request fails', { timeout: 120_000 }, async () => {
    const load = await startLoad(cluster, 'scaling');
    await pass(1000);
    await cluster.addNode();
    await pass(BETWEEN_MS);
    for (const node of cluster.nodes.slice(0, 2)) {
      expect(await node.drain()).toBe(0);
      await pass(BETWEEN_MS / 2);
    }
    expect(cluster.nodes.filter((it) => it.isRunning)).toHaveLength(1);
    await expectNobodyNoticed(load);
  });
});
