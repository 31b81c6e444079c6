import { systemClock } from '../../src/clock.ts';
import { collect } from '../../src/housekeeping/collect.ts';
import { systemIds } from '../../src/ids.ts';
import { localRootKey } from '../../src/kms/root-key/local.ts';
import { describeImages } from '../../src/registry/describe-images.ts';
import { getImage } from '../../src/registry/get-image.ts';
import { listTags } from '../../src/registry/list-tags.ts';
import { listReferrers } from '../../src/registry/referrers.ts';
import { removeExpiredLayers } from '../../src/storage/metadata/layers.ts';
import type { Metadata } from '../../src/storage/metadata/port.ts';
import { startLog } from '../../src/telemetry/log.ts';
import type { World } from '../../src/world.ts';
import { below, type Figure, told } from '../figure.ts';
import { percentile } from '../spread.ts';
import { REFERRER_EVERY, REFERRERS_OF_ONE, REGISTRY, type SeededRepository, type Shape, tagOf } from './shape.ts';

const PAGE = 100;
const BATCH = 200;
/** Batches of layers that are measured as they run out; collections take all others. */
const EXPIRY_BATCHES = 10;

interface Calls {
  readonly rounds: number;
  readonly calls: number;
}

/** Calls of the registry's own functions, without HTTP, one after the other. */
export async function measureReads(
  metadata: Metadata,
  shape: Shape,
  where: string,
  { rounds, calls }: Calls,
): Promise<Figure[]> {
  const core = {
    metadata,
    clock: systemClock,
    ids: systemIds,
    log: startLog('silent'),
    installationId: 'bench',
    rootKey: await localRootKey(async () => [Buffer.alloc(32)], systemIds),
  };
  const large = repositoryAt(shape, 0);
  const any = () => repositoryAt(shape, Math.floor(Math.random() * shape.repositories.length));
  const imageOf = ({ images }: SeededRepository) => Math.floor(Math.random() * images);
  const manifestOf = (repository: SeededRepository, image = imageOf(repository)) =>
    getImage(core, { registry: REGISTRY, repositoryName: repository.name, reference: { tag: tagOf(image) } });

  const of = (repository: SeededRepository) => `, repository of ${repository.images} images, ${where}`;
  const reads: Read[] = [
    { what: `manifest by tag, any repository, ${where}`, bound: 2, call: () => manifestOf(any()) },
    { what: `manifest by tag${of(large)}`, bound: 2, call: () => manifestOf(large) },
  ];
  let after: string | undefined;
  reads.push({
    what: `DescribeImages, ${PAGE} a page${of(large)}`,
    bound: 20,
    async call() {
      const page = await describeImages(core, REGISTRY, large.name, { tagStatus: 'ANY', after, limit: PAGE });
      expectPage(page.images);
      after = page.next;
    },
  });
  reads.push({
    what: `tags, ${PAGE} a page${of(large)}`,
    async call() {
      // Behind any tag that a page still fits behind.
      const begin = tagOf(Math.floor(Math.random() * (large.images / 2)));
      expectPage((await listTags(core, REGISTRY, large.name, { after: begin, limit: PAGE })).tags);
    },
  });
  const subjects: string[] = [];
  for (let n = 0; n + REFERRER_EVERY * REFERRERS_OF_ONE <= large.images; n += REFERRER_EVERY * REFERRERS_OF_ONE) {
    subjects.push((await manifestOf(large, n)).digest);
  }
  if (subjects.length > 0) {
    reads.push({
      what: `referrers, ${PAGE} a page of ${REFERRERS_OF_ONE}${of(large)}`,
      async call() {
        const subject = subjects[Math.floor(Math.random() * subjects.length)] ?? '';
        expectPage((await listReferrers(core, REGISTRY, large.name, { subject, limit: PAGE })).referrers);
      },
    });
  }

  const figures: Figure[] = [];
  for (const { what, bound, call } of reads) {
    for (let i = 0; i < calls / 10; i++) await call();
    const medians: number[] = [];
    const late: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const times: number[] = [];
      for (let i = 0; i < calls; i++) times.push(await millisecondsOf(call));
      medians.push(percentile(times, 50));
      late.push(percentile(times, 99));
    }
    figures.push(told(`${what}: median`, 'ms', medians));
    const p99 = `${what}: 99th percentile`;
    figures.push(bound === undefined ? told(p99, 'ms', late) : below(p99, 'ms', late, { bound, of: 'median' }));
  }
  return figures;
}

interface Read {
  readonly what: string;
  /** Of the 99th percentile, in milliseconds. */
  readonly bound?: number;
  call(): Promise<unknown>;
}

/** One collection, without bytes: how long others wait for a batch of it. It can be measured once. */
export async function measureCollection(metadata: Metadata, where: string): Promise<Figure[]> {
  const expiring: number[] = [];
  for (let i = 0; i < EXPIRY_BATCHES; i++) {
    const now = new Date();
    expiring.push(await millisecondsOf(() => metadata.write((tx) => removeExpiredLayers(tx, now, BATCH))));
  }

  const batches: number[] = [];
  const timed: Metadata = {
    ...metadata,
    async write(work, options) {
      const startedAt = performance.now();
      const result = await metadata.write(work, options);
      batches.push(performance.now() - startedAt);
      return result;
    },
  };
  const startedAt = performance.now();
  const report = await collect(worldOf(timed));
  const seconds = (performance.now() - startedAt) / 1000;
  if (report.objectsRemoved === 0) throw new Error('Nothing was collected.');
  return [
    told(`layers that run out, ${BATCH} a batch, ${where}`, 'ms', expiring),
    told(`transaction of a collection, ${where}`, 'ms', batches),
    told(`collection without bytes, ${where}`, 'layers/s', [report.objectsRemoved / seconds]),
  ];
}

/** All that a collection touches; there are no bytes, and so none to remove. */
function worldOf(metadata: Metadata): Parameters<typeof collect>[0] {
  const blobs = { remove: async () => undefined } as unknown as World['blobs'];
  const quiet = () => undefined;
  const log: World['log'] = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
  return { metadata, blobs, log, clock: { now: () => new Date() }, rules: { removalDelayMs: 0 } as World['rules'] };
}

function repositoryAt({ repositories }: Shape, n: number): SeededRepository {
  const found = repositories[n];
  if (found === undefined) throw new Error(`There is no repository ${n}.`);
  return found;
}

function expectPage(items: readonly unknown[]): void {
  if (items.length !== PAGE) throw new Error(`A page had ${items.length} of ${PAGE}.`);
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
