import {
  CreateRepositoryCommand,
  GetAccountSettingCommand,
  PutAccountSettingCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import { expect } from 'vitest';
import type { Cluster } from '../../cluster.ts';
import { expectPromisesKept } from './check-load.ts';
import { startLoad } from './load.ts';
import { localImage, pushImage, putManifest } from './push.ts';
import { registryClient } from './registry-client.ts';
import { pass } from './run-fault.ts';

/** A minute or more between two nodes is usual; the balancer needs about one second to notice. */
const BETWEEN_MS = 2000;
const CONFIG = Buffer.from('a config');

/** What is set at one node holds at the other for the very next request. */
export async function expectSettingsAtOnce(cluster: Cluster): Promise<void> {
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

    // Mounts are on in the end, as they were.
    const value = round % 2 === 0 ? 'DISABLED' : 'ENABLED';
    await apiHere.send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value }));
    expect(await apiThere.send(new GetAccountSettingCommand({ name: 'BLOB_MOUNTING' }))).toMatchObject({ value });
  }
  for (const it of [apiHere, apiThere]) it.destroy();
  there.close();
}

/** Ends and starts one node after the other, and nobody notices. */
export function upgradeUnderLoad(cluster: Cluster): Promise<void> {
  return unnoticed(cluster, 'upgrade', async () => {
    for (const node of cluster.nodes) {
      expect(await node.drain()).toBe(0);
      await node.start();
      await pass(BETWEEN_MS);
    }
  });
}

/** Adds a node, takes all others away, and nobody notices. */
export function scaleUnderLoad(cluster: Cluster): Promise<void> {
  return unnoticed(cluster, 'scaling', async () => {
    const before = [...cluster.nodes];
    await cluster.addNode();
    await pass(BETWEEN_MS);
    for (const node of before) {
      expect(await node.drain()).toBe(0);
      await pass(BETWEEN_MS / 2);
    }
    expect(cluster.nodes.filter((it) => it.isRunning)).toHaveLength(1);
  });
}

/** Fails unless the load saw nothing but good answers meanwhile. */
async function unnoticed(cluster: Cluster, name: string, change: () => Promise<void>): Promise<void> {
  const load = await startLoad(cluster, name);
  try {
    await load.begin(name);
    await change();
  } finally {
    await load.stop();
  }
  for (const [kind, { served, failed }] of load.tally.counts) {
    expect(Object.fromEntries(failed), `failed ${kind}`).toEqual({});
    expect(served, `served ${kind}`).toBeGreaterThan(0);
  }
  await expectPromisesKept(cluster, load);
}
