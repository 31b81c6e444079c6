import { expect } from 'vitest';
import type { Cluster } from '../../cluster.ts';
import { explainAnomaly } from '../../consistency/explain.ts';
import { imageModel } from '../../consistency/image.ts';
import { tagModel } from '../../consistency/tag.ts';
import { faultOf, type Kept } from './ledger.ts';
import type { Load } from './load.ts';
import { registryClient } from './registry-client.ts';

/** Fails unless everything that the load was promised is there and whole, and every history can be explained. */
export async function expectPromisesKept(cluster: Cluster, load: Load): Promise<void> {
  expect(load.wrong).toEqual([]);
  const images = load.ledger.images.filter((it) => it.state === 'there');
  expect(images.length).toBeGreaterThan(0);
  expect(await faultsOf(cluster, images)).toEqual([]);
  for (const [tag, history] of load.tags.of) expect(explainAnomaly(tagModel, history), `tag ${tag}`).toBeUndefined();
  for (const [digest, history] of load.images.of) expect(explainAnomaly(imageModel, history), digest).toBeUndefined();
}

/** What is wrong with those images, pulled whole. */
async function faultsOf(cluster: Cluster, images: readonly Kept[]): Promise<string[]> {
  const client = registryClient(cluster.url, cluster.authorization);
  const left = [...images];
  const faults: string[] = [];
  const puller = async () => {
    for (let image = left.pop(); image !== undefined; image = left.pop()) {
      const fault = await faultOf(client, image);
      if (fault !== undefined) faults.push(fault);
    }
  };
  await Promise.all([puller(), puller(), puller(), puller()]).finally(() => client.close());
  return faults;
}
