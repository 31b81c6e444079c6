import { pushBlob } from '../clients/push-blob.ts';
import { against } from '../figure.ts';
import { makePayloads } from '../payloads.ts';
import { touchMemory } from '../touched-memory.ts';
import type { Case } from './case.ts';
import { inTurn, seconds, startPair } from './pair.ts';

const SIZE_MIB = 100;

/** Both sync what they write before they acknowledge it. Nobody logs in at the peer: its bcrypt would count against it. */
export const push: Case = {
  name: 'push',
  async run(surroundings) {
    const rounds = surroundings.isQuick ? 1 : 7;
    const pair = await startPair(surroundings);
    try {
      const figures = [];
      for (const atOnce of [1, 4]) {
        const measured = await inTurn(
          pair,
          rounds,
          () => makePayloads(surroundings.dir, 'push', atOnce, SIZE_MIB),
          async (server, payloads) => {
            await touchMemory(surroundings.dir, 2 * atOnce * SIZE_MIB);
            const took = await seconds(() => Promise.all(payloads.map((it) => pushBlob(server, it))));
            return (atOnce * SIZE_MIB) / took;
          },
        );
        figures.push(against(`push ${SIZE_MIB} MiB blobs, ${atOnce} at a time`, 'MiB/s', measured, 1.5));
      }
      return figures;
    } finally {
      await pair.stop();
    }
  },
};
