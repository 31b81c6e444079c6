import cluster, { type Worker } from 'node:cluster';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { systemClock } from '../clock.ts';
import { certificates } from '../http/certificate.ts';
import { certificateNames } from '../http/certificate-names.ts';
import { systemIds } from '../ids.ts';
import { makeDataFolder } from '../installation/data-folder.ts';
import { takeFolder } from '../installation/serving.ts';
import type { Settings } from '../settings/table.ts';
import type { Log } from '../world.ts';
import { CommandFailed } from './exit-codes.ts';

/** What a worker tells the process that started it, once it serves. */
const served = v.object({
  url: v.string(),
  authorityFile: v.optional(v.string()),
  root: v.object({ accessKeyId: v.string(), secretAccessKey: v.string(), isNew: v.boolean() }),
});

export type Served = v.InferOutput<typeof served>;

/** Before a worker that died is started again: one that dies at once must not take a core. */
const PAUSE_MS = 1000;

export interface Workers {
  readonly served: Served;
  /** Tells all workers to finish their requests and end. */
  drain(signal: NodeJS.Signals): void;
  /** Resolves when all have ended, after `drain`. */
  readonly ended: Promise<void>;
}

/**
 * Starts the processes that the settings ask for, all listening on the one port; resolves when the first serves. One
 * that dies is started again.
 *
 * @throws CommandFailed when a worker ends before any served; it has said why
 */
export async function startWorkers(settings: Settings, log: Log): Promise<Workers> {
  const folder = await makeDataFolder(settings.dataDir);
  const lock = await takeFolder(folder, systemClock.now());
  // Made here, since workers that start at once would each make another.
  await certificates(settings.tls, folder.tls, {
    names: certificateNames(settings),
    clock: systemClock,
    ids: systemIds,
  });

  let isDraining = false;
  const first = Promise.withResolvers<Served>();
  const workers = new Set<Promise<void>>();

  async function keepOne(): Promise<void> {
    while (!isDraining) {
      const status = await runOne(first.resolve);
      if (isDraining) return;
      // Does nothing once one has served.
      first.reject(new CommandFailed('A worker could not start; what it said is above. See also: berth doctor'));
      log.error({ status }, 'worker ended; another is started');
      await wait(PAUSE_MS);
    }
  }
  for (let i = 0; i < settings.workers; i++) workers.add(keepOne());

  const drain = (signal: NodeJS.Signals) => {
    isDraining = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill(signal);
  };
  const ended = Promise.all(workers).then(() => lock.release());
  try {
    const said = await first.promise;
    await lock.announce(said.url);
    return { served: said, drain, ended };
  } catch (error) {
    drain('SIGTERM');
    await ended;
    throw error;
  }
}

/** Runs one worker to its end; gives its exit status, or the signal that it died of. */
function runOne(onServed: (it: Served) => void): Promise<number | string> {
  const worker: Worker = cluster.fork();
  worker.on('message', (message: unknown) => {
    const parsed = v.safeParse(served, message);
    if (parsed.success) onServed(parsed.output);
  });
  return new Promise((resolve) => {
    worker.once('exit', (code: number | null, signal: string | null) => resolve(code ?? signal ?? 1));
  });
}
