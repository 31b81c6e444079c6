import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pushBlob } from '../clients/push-blob.ts';
import { below, told } from '../figure.ts';
import { makePayloads } from '../payloads.ts';
import type { Server } from '../servers/server.ts';
import { stolenTime } from '../stolen-time.ts';
import type { Case } from './case.ts';

const CHILD = new URL('../event-loop-child.ts', import.meta.url).pathname;
const [SIZE_MIB, AT_ONCE] = [100, 4];

interface Delays {
  readonly greatestMs: number;
  readonly p99Ms: number;
  readonly mostWorkMs: number;
}

interface Round extends Delays {
  readonly stolenMs: number;
}

/** What the child tells first: where it serves. Then, each time it is asked, the delays since the last reset. */
export type ChildSays = Pick<Server, 'url' | 'headers'> | Delays;

/**
 * Berth runs inside a process that watches its own loop, since the product has no reason to expose it. Judged by rounds
 * in which the host of a virtual machine took no time away: what it takes stops the loop, and looks like work of its own.
 */
export const eventLoop: Case = {
  name: 'event-loop',
  async run({ dir, isQuick }) {
    const child = fork(CHILD, [join(dir, 'berth')], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    try {
      const ask = async (question?: string): Promise<ChildSays> => {
        const answer = once(child, 'message');
        if (question !== undefined) child.send(question);
        const [said] = await answer;
        return said as ChildSays;
      };
      const place = await ask();
      if (!('url' in place)) throw new Error('The child did not say where it serves.');
      const server: Server = { ...place, name: 'berth', pid: child.pid ?? 0, stop: async () => undefined };

      const rounds: Round[] = [];
      const undisturbed = () => rounds.filter((it) => it.stolenMs === 0);
      const [wanted, atMost] = isQuick ? [1, 1] : [6, 18];
      // The first round, which is not kept, compiles what the others run.
      for (let i = 0; i <= atMost && undisturbed().length < wanted; i++) {
        const payloads = await makePayloads(dir, 'loop', AT_ONCE, SIZE_MIB);
        await ask('reset');
        const stolenBefore = await stolenTime();
        await Promise.all(payloads.map((it) => pushBlob(server, it)));
        const delays = await ask('delays');
        const stolenMs = (await stolenTime()) - stolenBefore;
        if ('greatestMs' in delays && i > 0) rounds.push({ ...delays, stolenMs });
      }

      const what = `longest tick of the event loop while ${AT_ONCE} blobs of ${SIZE_MIB} MiB stream in`;
      const quiet = undisturbed();
      const all = told(`${what}: all rounds`, 'ms', valuesOf(rounds, 'greatestMs'));
      const stolen = told('time that the host took away in a round', 'ms', valuesOf(rounds, 'stolenMs'));
      if (quiet.length === 0) return [all, stolen];
      return [
        below(`${what}: undisturbed rounds`, 'ms', valuesOf(quiet, 'greatestMs'), { bound: 50, of: 'greatest' }),
        told('99th percentile of the same', 'ms', valuesOf(quiet, 'p99Ms')),
        told('most that the loop computed in one of them', 'ms', valuesOf(quiet, 'mostWorkMs')),
        all,
        stolen,
      ];
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  },
};

function valuesOf(rounds: readonly Round[], name: keyof Round): number[] {
  return rounds.map((it) => it[name]);
}
