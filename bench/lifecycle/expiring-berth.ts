import { fork } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { NODE_OPTIONS } from '../servers/berth.ts';
import type { Server } from '../servers/server.ts';

const CHILD = new URL('./child.ts', import.meta.url).pathname;

export type Question = { readonly seed: number } | { readonly run: true };

export interface Answer extends Partial<Pick<Server, 'url' | 'headers'>> {
  readonly seconds?: number;
  readonly error?: string;
}

/** A Berth in a process of its own that runs a lifecycle policy as a server does. */
export interface ExpiringBerth extends Server {
  /** Stores that many images that the policy is to take, but for a hundred. */
  seed(images: number): Promise<void>;
  /** Puts the policy and waits until it was run; seconds. */
  run(): Promise<number>;
}

/** Runs it on `dataDir` over plain HTTP; `environment` says where rows and bytes are, if not in that folder. */
export async function startExpiringBerth(
  dataDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ExpiringBerth> {
  const log = await open(`${dataDir}.log`, 'a');
  const child = fork(CHILD, [dataDir, JSON.stringify(environment)], {
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    execArgv: NODE_OPTIONS,
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' },
  });
  await log.close();
  const ended = once(child, 'exit').then(() => ({ error: 'it ended' }) as Answer);
  const ask = async (question?: Question): Promise<Answer> => {
    const answering = once(child, 'message').then(([said]) => said as Answer);
    if (question !== undefined) child.send(question);
    const answer = await Promise.race([answering, ended]);
    if (answer.error !== undefined) throw new Error(`The Berth that expires images: ${answer.error}`);
    return answer;
  };
  const { url, headers } = await ask();
  if (url === undefined || headers === undefined) throw new Error('The Berth did not say where it is.');
  return {
    name: 'berth',
    url,
    headers,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
    async seed(images) {
      await ask({ seed: images });
    },
    async run() {
      return (await ask({ run: true })).seconds ?? 0;
    },
  };
}
