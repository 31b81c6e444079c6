import { fork } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Server } from '../servers/server.ts';

const CHILD = new URL('./child.ts', import.meta.url).pathname;

export type Question = { readonly seed: number } | { readonly collect: true };

export interface Answer extends Partial<Pick<Server, 'url' | 'headers'>>, Partial<Collected> {
  readonly error?: string;
}

/** What one collection did: layers whose bytes it removed, and how long all of it took. */
interface Collected {
  readonly collected: number;
  readonly seconds: number;
}

/** A Berth in a process of its own that collects when it is told to, in that process, as a server does. */
export interface CollectingBerth extends Server {
  /** Stores that many layers that no image needs and whose lease has run out. */
  seed(layers: number): Promise<void>;
  collect(): Promise<Collected>;
}

/** Runs it on `dataDir` over plain HTTP; `environment` says where rows and bytes are, if not in that folder. */
export async function startCollectingBerth(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CollectingBerth> {
  const log = await open(`${dataDir}.log`, 'a');
  const child = fork(CHILD, [dataDir, JSON.stringify(environment)], {
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
  });
  await log.close();
  const ended = once(child, 'exit').then(() => ({ error: 'it ended' }) as Answer);
  const ask = async (question?: Question): Promise<Answer> => {
    const answering = once(child, 'message').then(([said]) => said as Answer);
    if (question !== undefined) child.send(question);
    const answer = await Promise.race([answering, ended]);
    if (answer.error !== undefined) throw new Error(`The Berth that collects: ${answer.error}`);
    return answer;
  };
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };

  const { url, headers } = await ask();
  if (url === undefined || headers === undefined) throw new Error('The Berth that collects did not say where it is.');
  return {
    name: 'berth',
    url,
    headers,
    pid: child.pid ?? 0,
    stop,
    async seed(layers) {
      await ask({ seed: layers });
    },
    async collect() {
      const { collected = 0, seconds = 0 } = await ask({ collect: true });
      return { collected, seconds };
    },
  };
}
