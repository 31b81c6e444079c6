import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pushBlob } from '../clients/push-blob.ts';
import { below, told } from '../figure.ts';
import { makePayloads } from '../payloads.ts';
import type { Server } from '../servers/server.ts';
import type { Case } from './case.ts';

const CHILD = new URL('../event-loop-child.ts', import.meta.url).pathname;
const [SIZE_MIB, AT_ONCE] = [100, 4];

/** What the child tells first: where it serves. Then, each time it is asked, the delays since it was asked before. */
export type ChildSays =
  | Pick<Server, 'url' | 'headers'>
  | { readonly greatestMs: number; readonly p99Ms: number; readonly mostWorkMs: number };

/** Berth runs inside a process that watches its own loop, since the product has no reason to expose it. */
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

      const greatest: number[] = [];
      const usual: number[] = [];
      const work: number[] = [];
      for (let round = 0; round < (isQuick ? 1 : 6); round++) {
        const payloads = await makePayloads(dir, 'loop', AT_ONCE, SIZE_MIB);
        await ask('reset');
        await Promise.all(payloads.map((it) => pushBlob(server, it)));
        const delays = await ask('delays');
        // The first round compiles what the others run.
        if ('greatestMs' in delays && (round > 0 || isQuick)) {
          greatest.push(delays.greatestMs);
          usual.push(delays.p99Ms);
          work.push(delays.mostWorkMs);
        }
      }
      const during = `${AT_ONCE} blobs of ${SIZE_MIB} MiB stream in`;
      return [
        below(`longest tick of the event loop while ${during}`, 'ms', greatest, { bound: 50, of: 'greatest' }),
        told('99th percentile of the same', 'ms', usual),
        told('most that the loop computed in one of them', 'ms', work),
      ];
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  },
};
