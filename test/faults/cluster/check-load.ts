import { expect } from 'vitest';
import type { Cluster } from '../../cluster.ts';
import { explainAnomaly } from '../../consistency/explain.ts';
import { imageModel } from '../../consistency/image.ts';
import { tagModel } from '../../consistency/tag.ts';
import { pullByDigest } from './image-client.ts';
import { faultOf, type Kept } from './ledger.ts';
import type { Load } from './load.ts';
import { registryClient } from './registry-client.ts';
import { readTag } from './tag-client.ts';

/**
 * Fails when something is wrong already, or one of the images is that nobody has looked at since they were acknowledged.
 * What is not served just now, while a fault is still felt, is looked at later.
 */
export async function expectNothingLost(cluster: Cluster, { wrong, ledger, tally }: Load): Promise<void> {
  const client = registryClient(cluster.url, cluster.authorization);
  const faults: string[] = [];
  const look = async (image: Kept) => {
    const seen = await tally.run('pull', async () => ({ fault: await faultOf(client, image) }));
    // Who deletes it meanwhile said so before he asked.
    if (seen === undefined || image.state !== 'there') return;
    image.isSeen = true;
    if (seen.fault !== undefined) faults.push(seen.fault);
  };
  const images = ledger.images.filter((it) => it.state === 'there' && !it.isSeen);
  await fourAtATime(images, look).finally(() => client.close());
  expect([...wrong, ...faults]).toEqual([]);
}

/** Fails unless everything that the load was promised is there and whole, and every history can be explained. */
export async function expectPromisesKept(cluster: Cluster, load: Load): Promise<void> {
  await lookAround(cluster, load);
  expect(load.wrong).toEqual([]);
  const images = load.ledger.images.filter((it) => it.state === 'there');
  expect(images.length).toBeGreaterThan(0);
  expect(await faultsOf(cluster, images)).toEqual([]);
  for (const [tag, history] of load.tags.of) expect(explainAnomaly(tagModel, history), `tag ${tag}`).toBeUndefined();
  for (const [digest, history] of load.images.of) expect(explainAnomaly(imageModel, history), digest).toBeUndefined();
}

/**
 * Reads every tag and image that many had in hand as often as there are nodes, by new connections: the balancer gives
 * them to the nodes in turn. What was promised and is gone shows even when nobody looked since.
 */
async function lookAround({ url, authorization, nodes }: Cluster, { left, right, tags, images }: Load): Promise<void> {
  for (const { name } of nodes.filter((it) => it.isRunning)) {
    const client = registryClient(url, authorization);
    const looking = `last look ${name}`;
    try {
      for (const tag of tags.of.keys()) {
        await tags.record(tag, looking, { kind: 'get' }, () => readTag({ client, left }, tag));
      }
      for (const digest of images.of.keys()) {
        await images.record(digest, looking, 'pull', () => pullByDigest({ client, right }, digest));
      }
    } finally {
      client.close();
    }
  }
}

/** What is wrong with those images, pulled whole. */
async function faultsOf(cluster: Cluster, images: readonly Kept[]): Promise<string[]> {
  const client = registryClient(cluster.url, cluster.authorization);
  const faults: string[] = [];
  const pull = async (image: Kept) => {
    const fault = await faultOf(client, image);
    if (fault !== undefined) faults.push(fault);
  };
  await fourAtATime(images, pull).finally(() => client.close());
  return faults;
}

/** Does it with all of them, four at a time. */
async function fourAtATime(images: readonly Kept[], work: (image: Kept) => Promise<void>): Promise<void> {
  const left = [...images];
  const worker = async () => {
    for (let image = left.pop(); image !== undefined; image = left.pop()) await work(image);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}
