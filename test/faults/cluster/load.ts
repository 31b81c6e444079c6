import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateRepositoryCommand, DescribeImagesCommand, type ECRClient } from '@aws-sdk/client-ecr';
import type { Cluster } from '../../cluster.ts';
import { type Histories, histories } from '../../consistency/history.ts';
import type { ImageOp, ImageResult } from '../../consistency/image.ts';
import type { TagOp, TagResult } from '../../consistency/tag.ts';
import { imageClient } from './image-client.ts';
import { faultOf, type Ledger, ledger } from './ledger.ts';
import { BrokenPromise, expectStatus, type LocalImage, localImage, type PushBy, pushImage } from './push.ts';
import { type RegistryClient, registryClient } from './registry-client.ts';
import { tagClient } from './tag-client.ts';
import { KINDS, type Kind, type Tally, tally } from './tally.ts';

const MIB = 1024 * 1024;
/** With fewer images nobody deletes, so that there is enough to pull; with as many the load is under way. */
const KEPT = 12;
/** Of so many images one has a layer that S3 gets in parts. */
const BIG_EACH = 10;

export interface Load extends Pick<Hands, 'left' | 'right'> {
  readonly ledger: Ledger;
  readonly tags: Histories<TagOp, TagResult>;
  readonly images: Histories<ImageOp, ImageResult>;
  readonly tally: Tally;
  /** What must never be, in words. */
  readonly wrong: readonly string[];
  /**
   * Begins a chapter: tags and images that many have in hand are others from now on, named by it, and requests are
   * counted from nothing. Resolves when everybody is at work, and there are enough images to pull and to delete.
   */
  begin(chapter: string): Promise<void>;
  /** No more requests until the next chapter begins; those under way go on. */
  rest(): void;
  /** No more requests; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** What a worker of the load has in hand. */
export interface Hands {
  readonly client: RegistryClient;
  readonly ecr: ECRClient;
  /** Two repositories of the load's own; blobs are mounted from the left one into the right one. */
  readonly left: string;
  readonly right: string;
  readonly chunksTo: readonly string[];
  readonly ledger: Ledger;
  readonly tally: Tally;
  /** A config that both repositories have, for images that are nothing but a name. */
  readonly config: Buffer;
  chapter(): string;
}

/**
 * Mixed work of many clients at once, until it is stopped: pushes, pulls, tag moves, deletes, and the API. Everything
 * goes through the balancer, but for the chunks of some uploads, which go to the nodes at `chunksTo` in turn.
 */
export async function startLoad(
  cluster: Cluster,
  name: string,
  { chunksTo = [cluster.url] }: { readonly chunksTo?: readonly string[] } = {},
): Promise<Load> {
  const client = registryClient(cluster.url, cluster.authorization);
  const ecr = cluster.ecr();
  const [left, right] = [`${name}/left`, `${name}/right`];
  const config = Buffer.from(JSON.stringify({ name }));
  let chapter = name;
  const hands: Hands = {
    ...{ client, ecr, left, right, config, ledger: ledger(), tally: tally() },
    ...{ chunksTo, chapter: () => chapter },
  };
  for (const repositoryName of [left, right]) {
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    await pushImage(client, repositoryName, localImage(config, [], 'holds the config'));
  }
  const tags = histories<TagOp, TagResult>();
  const images = histories<ImageOp, ImageResult>();
  const wrong: string[] = [];
  const over = new AbortController();
  let rest = Promise.withResolvers<void>();
  rest.resolve();

  const worker = async (turn: () => Promise<void>) => {
    while (!over.signal.aborted) {
      await turn().catch((error: unknown) => {
        wrong.push(error instanceof BrokenPromise ? error.message : `unexpected: ${(error as Error).stack}`);
      });
      // Clients of a registry think for a moment, and the machine is small.
      await pause(randomInt(10, 60));
      await rest.promise;
    }
  };
  const working = [
    worker(() => pushOne(hands)),
    worker(() => pushOne(hands)),
    worker(() => pushOne(hands)),
    worker(() => pullOne(hands, wrong)),
    worker(() => pullOne(hands, wrong)),
    worker(() => deleteOne(hands)),
    worker(recycler(hands, wrong, 0)),
    worker(recycler(hands, wrong, 1)),
    worker(() => askApi(hands)),
    ...[0, 1, 2].map((it) => worker(tagClient(hands, tags, `tagger ${it}`))),
    ...[0, 1, 2].map((it) => worker(imageClient(hands, images, `pusher ${it}`))),
  ];
  return {
    ...{ left, right, ledger: hands.ledger, tags, images, tally: hands.tally, wrong },
    async begin(next) {
      chapter = next;
      hands.tally.reset();
      rest.resolve();
      const isAtWork = (kind: Kind) => (hands.tally.counts.get(kind)?.served ?? 0) > 0;
      while (hands.ledger.acknowledged < KEPT || !KINDS.every(isAtWork)) await pause(20);
      hands.tally.reset();
    },
    rest() {
      rest = Promise.withResolvers();
    },
    async stop() {
      over.abort();
      rest.resolve();
      await Promise.all(working);
      client.close();
      ecr.destroy();
    },
  };
}

/** An image of layers that nobody else has, in one of three ways. */
async function pushOne(hands: Hands): Promise<void> {
  const { client, ledger, tally, left, right, chunksTo } = hands;
  const layers = [randomBytes(randomInt(100, 30_000)), randomBytes(randomInt(100, 200_000))];
  if (randomInt(BIG_EACH) === 0) layers.push(randomBytes(randomInt(8 * MIB, 10 * MIB)));
  const image = localImage(randomBytes(200), layers);
  const chunkSize = Math.ceil(Math.max(...layers.map((it) => it.length)) / 4);
  const ways: readonly PushBy[] = [{}, { chunksTo, chunkSize }, { mountFrom: left }];
  const way = ways[randomInt(ways.length)] ?? {};

  await tally.run('push', async () => {
    await pushImage(client, left, image, way.mountFrom === undefined ? way : {});
    ledger.add(left, image);
    if (way.mountFrom === undefined) return;
    await pushImage(client, right, image, way);
    ledger.add(right, image);
  });
}

async function pullOne({ client, ledger, tally }: Hands, wrong: string[]): Promise<void> {
  const image = ledger.pick();
  if (image === undefined) return;
  const fault = await tally.run('pull', () => faultOf(client, image));
  // Who deletes it meanwhile said so before he asked.
  if (fault === undefined || image.state !== 'there') return;
  wrong.push(fault);
  image.state = 'gone'; // Once is enough.
}

/** Deletes an image, and then its blobs, whose bytes are garbage at once. */
async function deleteOne({ client, ledger, tally }: Hands): Promise<void> {
  const image = ledger.pick(KEPT);
  if (image === undefined) return;
  const { repository, digest, blobs } = image;
  image.state = 'going';
  await tally.run('delete', async () => {
    const answer = await client.ask('DELETE', `/v2/${repository}/manifests/${digest}`);
    if (answer.status === 404) throw new BrokenPromise(`${digest} of ${repository} was acknowledged and is gone`);
    expectStatus('DELETE manifest', answer, 202);
    image.state = 'gone';
    for (const blob of blobs) {
      expectStatus('DELETE blob', await client.ask('DELETE', `/v2/${repository}/blobs/${blob}`), 202, 404);
    }
  });
  ledger.tidy();
}

/**
 * The same bytes again and again, in a repository that nobody else pushes them to: pushed, pulled and deleted, while
 * collections take what the one before has left, and another does the same beside it with the same objects.
 */
function recycler(hands: Hands, wrong: string[], number: number): () => Promise<void> {
  const { client, tally, left, right } = hands;
  const repository = [left, right][number] ?? left;
  const image: LocalImage = localImage(Buffer.from('recycled config'), [Buffer.from('recycled layer '.repeat(1000))]);
  const { digest, blobs } = image;
  return async () => {
    const pushed = await tally.run('push', async () => {
      await pushImage(client, repository, image, number === 1 ? { mountFrom: left } : {});
      return true;
    });
    if (pushed) {
      const fault = await tally.run('pull', () =>
        faultOf(client, { repository, digest, blobs: blobs.map((it) => it.digest) }),
      );
      if (fault !== undefined) wrong.push(`just pushed: ${fault}`);
    }
    await tally.run('delete', async () => {
      expectStatus('DELETE', await client.ask('DELETE', `/v2/${repository}/manifests/${digest}`), 202, 404);
      for (const blob of blobs) {
        expectStatus('DELETE blob', await client.ask('DELETE', `/v2/${repository}/blobs/${blob.digest}`), 202, 404);
      }
    });
  };
}

async function askApi({ ecr, tally, left }: Hands): Promise<void> {
  await tally.run('api', () => ecr.send(new DescribeImagesCommand({ repositoryName: left, maxResults: 5 })));
}
