import { join } from 'node:path';
import { atOnce } from '../clients/at-once.ts';
import { expecting } from '../clients/request.ts';
import { makeSmallImage, pushSmallImage } from '../clients/small-image.ts';
import { below, type Figure, reaching, told } from '../figure.ts';
import { type ExpiringBerth, startExpiringBerth } from '../lifecycle/expiring-berth.ts';
import { peakResidentMemory } from '../resident-memory.ts';
import { REPOSITORY } from '../servers/server.ts';
import type { Case } from './case.ts';

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
    const figures: Figure[] = [];

    const alone = await startWithImages(join(dir, 'alone'), images);
    try {
      const idle = await peakResidentMemory(alone.pid);
      figures.push(
        below(`lifecycle: a run over ${images} images`, 's', [await alone.run()], { bound: SECONDS, of: 'median' }),
        below('memory of the process at its peak', 'MB', [await peakResidentMemory(alone.pid)], {
          bound: MEGABYTES,
          of: 'greatest',
        }),
        told('the same before the run', 'MB', [idle]),
      );
    } finally {
      await alone.stop();
    }

    const beside = await startWithImages(join(dir, 'beside'), images);
    try {
      await traffic(beside, () => after(aloneMs / 3));
      const by = await traffic(beside, () => after(aloneMs));
      let seconds = 0;
      const during = await traffic(beside, async () => {
        seconds = await beside.run();
      });
      figures.push(
        told(`a run over ${images} images beside ${CLIENTS} that push and pull`, 's', [seconds]),
        told('pushes and pulls by themselves', 'images/s', [by]),
        told('pushes and pulls beside the run', 'images/s', [during]),
        reaching('what they keep of their speed', '%', [(100 * during) / by], LEAST_LEFT_PERCENT),
      );
    } finally {
      await beside.stop();
    }
    return figures;
  },
};

/** A fresh process: storing the images takes memory that a server would not have taken. */
async function startWithImages(dataDir: string, images: number): Promise<ExpiringBerth> {
  const storing = await startExpiringBerth(dataDir);
  try {
    await storing.seed(images);
  } finally {
    await storing.stop();
  }
  return startExpiringBerth(dataDir);
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
