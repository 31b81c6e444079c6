import { join } from 'node:path';
import { below } from '../figure.ts';
import { startBerth } from '../servers/berth.ts';
import type { Case } from './case.ts';

/** The data directory is there: the first start makes it. The end is a SIGKILL, so that what it leaves is mended too. */
export const start: Case = {
  name: 'start',
  async run({ dir, isQuick }) {
    const dataDir = join(dir, 'berth');
    await (await startBerth(dataDir)).stop();

    const times: number[] = [];
    for (let round = 0; round < (isQuick ? 1 : 5); round++) {
      const berth = await startBerth(dataDir);
      times.push(berth.readyMs);
      await berth.stop();
    }
    return [below('from the start of the process to 200 at /readyz', 'ms', times, { bound: 1000, of: 'median' })];
  },
};
