import { join } from 'node:path';
import { atOnce } from '../clients/at-once.ts';
import { makeSmallImage, pushSmallImage } from '../clients/small-image.ts';
import { type CollectingBerth, startCollectingBerth } from '../collection/collecting-berth.ts';
import { type Figure, reaching, told } from '../figure.ts';
import { missingForNodes, startSharedStorage } from '../servers/shared-storage.ts';
import { stolenTime } from '../stolen-time.ts';
import type { Case } from './case.ts';

const CLIENTS = 4;
/** What a collection takes away from pushes is told against pushes that have the machine to themselves. */
const LEAST_LEFT_PERCENT = 80;

interface Rounds {
  readonly rounds: number;
  readonly layers: number;
  readonly aloneMs: number;
}

/**
 * Collection inside a serving process, alone and beside pushes of small images, which are the ones that want the same:
 * rows, syncs and processor time.
 */
export const collection: Case = {
  name: 'collection',
  async run({ dir, isQuick }) {
    const rounds: Rounds = isQuick
      ? { rounds: 1, layers: 300, aloneMs: 2_000 }
      : { rounds: 3, layers: 3_000, aloneMs: 5_000 };
    const figures: Figure[] = [];

    const embedded = await startCollectingBerth(join(dir, 'embedded'));
    try {
      figures.push(...(await measure(embedded, 'SQLite and files', 500, rounds)));
    } finally {
      await embedded.stop();
    }

    const missing = missingForNodes();
    if (missing.length > 0) {
      process.stderr.write(`left out with S3: not on this machine: ${missing.join(', ')} ... `);
      return figures;
    }
    const storage = await startSharedStorage();
    try {
      const node = await startCollectingBerth(join(dir, 'node'), await storage.newInstallation());
      try {
        figures.push(...(await measure(node, 'PostgreSQL and S3', 1_000, rounds)));
      } finally {
        await node.stop();
      }
    } finally {
      await storage.stop();
    }
    return figures;
  },
};

async function measure(
  berth: CollectingBerth,
  where: string,
  leastLayers: number,
  { rounds, layers, aloneMs }: Rounds,
): Promise<Figure[]> {
  const alone: number[] = [];
  const beside: number[] = [];
  const pushesAlone: number[] = [];
  const pushesBeside: number[] = [];
  const left: number[] = [];
  const stolen: number[] = [];
  const collect = async (rates: number[]) => {
    const { collected, seconds } = await berth.collect();
    if (collected < layers) throw new Error(`Of ${layers} layers a collection took ${collected}.`);
    rates.push(collected / seconds);
  };
  const steps = {
    async collectAlone() {
      await berth.seed(layers);
      await collect(alone);
    },
    async pushAlone() {
      pushesAlone.push(await pushWhile(berth, () => after(aloneMs)));
    },
    async both() {
      await berth.seed(layers);
      pushesBeside.push(await pushWhile(berth, () => collect(beside)));
    },
  };

  // The first of everything compiles what the others run.
  await pushWhile(berth, () => after(aloneMs));
  await berth.seed(Math.ceil(layers / 10));
  await berth.collect();
  for (let round = 0; round < rounds; round++) {
    const before = await stolenTime();
    const order = [steps.pushAlone, steps.both, steps.collectAlone];
    for (const step of round % 2 === 0 ? order : order.toReversed()) await step();
    left.push((100 * (pushesBeside.at(-1) ?? 0)) / (pushesAlone.at(-1) ?? 1));
    stolen.push((await stolenTime()) - before);
  }

  return [
    told(`collection, ${where}: by itself`, 'layers/s', alone),
    reaching(
      `collection, ${where}: beside pushes of small images, ${CLIENTS} at a time`,
      'layers/s',
      beside,
      leastLayers,
    ),
    told(`the pushes by themselves, ${where}`, 'images/s', pushesAlone),
    told(`the pushes beside the collection, ${where}`, 'images/s', pushesBeside),
    reaching(`what pushes keep of their speed beside a collection, ${where}`, '%', left, LEAST_LEFT_PERCENT),
    told(`collection, ${where}: time that the host took away in a round`, 'ms', stolen),
  ];
}

/** Pushes small images until `work` has ended; images a second. */
async function pushWhile(berth: CollectingBerth, work: () => Promise<unknown>): Promise<number> {
  const images = Array.from({ length: 64 }, makeSmallImage);
  let isOver = false;
  let pushed = 0;
  const startedAt = performance.now();
  let endedAt = startedAt;
  const working = work().finally(() => {
    isOver = true;
    endedAt = performance.now();
  });
  const client = async () => {
    while (!isOver) {
      await pushSmallImage(berth, images.pop() ?? makeSmallImage());
      if (!isOver) pushed += 1;
    }
  };
  await Promise.all([working, atOnce(Array.from({ length: CLIENTS }), CLIENTS, client)]);
  return pushed / ((endedAt - startedAt) / 1000);
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
