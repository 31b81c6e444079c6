import { join } from 'node:path';
import { type Payload, pushBlob } from '../clients/push-blob.ts';
import { below, type Figure, told } from '../figure.ts';
import { makePayloads } from '../payloads.ts';
import { peakResidentMemory } from '../resident-memory.ts';
import { startBerth } from '../servers/berth.ts';
import type { Case } from './case.ts';

const BOUND_MB = 300;
/** What two runs of the same may differ by. */
const NOISE_MB = 30;

/** Peaks, as the kernel keeps them: no sample can miss one. Each push begins with a new process. */
export const memory: Case = {
  name: 'memory',
  async run({ dir, isQuick }) {
    const [atOnce, sizeMib] = isQuick ? [4, 32] : [20, 256];
    const many = await makePayloads(dir, 'many', atOnce, sizeMib);
    const parallel = await peakWhile(join(dir, 'parallel'), many);

    const [smallMib, largeMib] = isQuick ? [16, 128] : [128, 1024];
    const small = await peakWhile(join(dir, 'small'), await makePayloads(dir, 'small', 1, smallMib));
    const large = await peakWhile(join(dir, 'large'), await makePayloads(dir, 'large', 1, largeMib));
    const figures: Figure[] = [
      below(`peak memory, ${atOnce} pushes of ${sizeMib} MiB at once`, 'MB', [parallel], {
        bound: BOUND_MB,
        of: 'greatest',
      }),
      told(`peak memory, one push of ${smallMib} MiB`, 'MB', [small]),
      told(`peak memory, one push of ${largeMib} MiB`, 'MB', [large]),
      below('growth of the peak from the small push to the large', 'MB', [large - small], {
        bound: NOISE_MB,
        of: 'greatest',
      }),
    ];
    return figures;
  },
};

async function peakWhile(dataDir: string, payloads: readonly Payload[]): Promise<number> {
  const berth = await startBerth(dataDir);
  try {
    await Promise.all(payloads.map((it) => pushBlob(berth, it)));
    return await peakResidentMemory(berth.pid);
  } finally {
    await berth.stop();
  }
}
