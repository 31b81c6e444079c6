import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atOnce } from '../clients/at-once.ts';
import { expecting } from '../clients/request.ts';
import { makeSmallImage, pushSmallImage } from '../clients/small-image.ts';
import { below, reaching, told } from '../figure.ts';
import { type ExpiringBerth, startExpiringBerth } from '../lifecycle/expiring-berth.ts';
import { peakResidentMemory } from '../resident-memory.ts';
import { REPOSITORY } from '../servers/server.ts';
import type { Case } from './case.ts';

const ROUNDS = 3;
const CLIENTS = 4;
const SECONDS = 60;
const MEGABYTES = 300;
/** What a run takes away from pushes and pulls is told against those that have the machine to themselves. */
const LEAST_LEFT_PERCENT = 80;

/**
 * A lifecycle policy that takes all but a hundred of a hundred thousand images, in a serving process: by itself, and
 * beside pushes and pulls of small images.
 */
export const lifecycle: Case = {
  name: 'lifecycle',
  async run({ dir, isQuick }) {
    const { images, aloneMs } = isQuick ? { images: 2_000, aloneMs: 2_000 } : { images: 100_000, aloneMs: 15_000 };
    const seeded = join(dir, 'seeded');
    await seed(seeded, images);
    const all = { alone: [], memory: [], idle: [], beside: [], by: [], during: [], kept: [] } as Record<
      Measured,
      number[]
    >;
    for (let round = 0; round < (isQuick ? 1 : ROUNDS); round++) {
      const measured = {
        ...(await inCopy(seeded, join(dir, 'alone'), runAlone)),
        ...(await inCopy(seeded, join(dir, 'beside'), (berth) => runBeside(berth, aloneMs))),
      };
      for (const [name, value] of Object.entries(measured)) all[name as Measured].push(value);
    }
    return [
      below(`lifecycle: a run over ${images} images`, 's', all.alone, { bound: SECONDS, of: 'median' }),
      below('memory of the process at its peak', 'MB', all.memory, { bound: MEGABYTES, of: 'greatest' }),
      told('the same before the run', 'MB', all.idle),
      below(`a run beside ${CLIENTS} that push and pull`, 's', all.beside, { bound: SECONDS, of: 'median' }),
      told('pushes and pulls by themselves', 'images/s', all.by),
      told('pushes and pulls beside the run', 'images/s', all.during),
      reaching('what they keep of their speed', '%', all.kept, LEAST_LEFT_PERCENT),
    ];
  },
};

type Measured = 'alone' | 'memory' | 'idle' | 'beside' | 'by' | 'during' | 'kept';

async function runAlone(berth: ExpiringBerth) {
  const idle = await peakResidentMemory(berth.pid);
  const alone = await berth.run();
  return { idle, alone, memory: await peakResidentMemory(berth.pid) };
}

/** Those who push and pull are by themselves before the run and after it: the machine may become slower meanwhile. */
async function runBeside(berth: ExpiringBerth, aloneMs: number) {
  await traffic(berth, () => after(aloneMs / 3));
  const before = await traffic(berth, () => after(aloneMs));
  let beside = 0;
  const during = await traffic(berth, async () => {
    beside = await berth.run();
  });
  const by = (before + (await traffic(berth, () => after(aloneMs)))) / 2;
  return { beside, by, during, kept: (100 * during) / by };
}

async function seed(dataDir: string, images: number): Promise<void> {
  const storing = await startExpiringBerth(dataDir);
  try {
    await storing.seed(images);
  } finally {
    await storing.stop();
  }
}

/** Has `work` done by a fresh process: storing the images takes memory that a server would not have taken. */
async function inCopy<T>(seeded: string, dataDir: string, work: (berth: ExpiringBerth) => Promise<T>): Promise<T> {
  await cp(seeded, dataDir, { recursive: true });
  const berth = await startExpiringBerth(dataDir);
  try {
    return await work(berth);
  } finally {
    await berth.stop();
    await rm(dataDir, { recursive: true });
  }
}

/** Pushes small images and pulls the manifest of each ten times, until `work` has ended; images a second. */
async function traffic(berth: ExpiringBerth, work: () => Promise<unknown>): Promise<number> {
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
      const image = makeSmallImage();
      await pushSmallImage(berth, image);
      for (let i = 0; i < 10; i++)
        await expecting(200, 'GET', `${berth.url}/v2/${REPOSITORY}/manifests/${image.tag}`, { headers: berth.headers });
      if (!isOver) pushed += 1;
    }
  };
  await Promise.all([working, atOnce(Array.from({ length: CLIENTS }), CLIENTS, client)]);
  return pushed / ((endedAt - startedAt) / 1000);
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
