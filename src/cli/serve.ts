import cluster from 'node:cluster';
import { flushCompileCache } from 'node:module';
import { Command } from 'commander';
import { compose } from '../compose.ts';
import { dataFolder } from '../installation/data-folder.ts';
import type { Settings } from '../settings/table.ts';
import { startLog } from '../telemetry/log.ts';
import { banner } from './banner.ts';
import { ALL, addSettingFlags, settingsFor } from './setting-flags.ts';
import { type Served, startWorkers } from './workers.ts';

/** npm hands a Ctrl-C on that the terminal has sent already: two signals so close together are one. */
const SAME_SIGNAL_MS = 500;

export function serveCommand(): Command {
  const command = new Command('serve')
    .description(
      'Serve the registry until SIGTERM or SIGINT; then requests in flight are finished. A second signal ends at once.',
    )
    .addHelpText(
      'after',
      '\nExample:\n  berth serve --data-dir /var/lib/berth --host 0.0.0.0 --domain registry.example.com',
    )
    .action(serve);
  return addSettingFlags(command, ALL);
}

async function serve(options: Readonly<Record<string, unknown>>): Promise<void> {
  const settings = await settingsFor(options);
  if (settings.workers > 1 && cluster.isPrimary) return serveByWorkers(settings);
  // The line to the process that started this one would keep it from ending.
  return serveHere(settings).finally(() => process.disconnect?.());
}

async function serveHere(settings: Settings): Promise<void> {
  const berth = await compose(settings, { hasFolder: cluster.isWorker });
  if (cluster.isWorker) {
    const { url, root, authorityFile } = berth;
    process.send?.({ url, root, authorityFile } satisfies Served);
  } else {
    process.stderr.write(banner(berth));
  }
  // Node.js writes down what it compiled when a process ends, but for one that is killed: its successor, too, starts quickly.
  flushCompileCache();
  await untilSignalled((signal) => {
    berth.world.log.info({ signal }, 'draining');
    if (cluster.isPrimary) process.stderr.write('Finishing requests in flight. Once more ends at once.\n');
    return berth.drain();
  });
}

async function serveByWorkers(settings: Settings): Promise<void> {
  const workers = await startWorkers(settings, startLog(settings.logLevel));
  process.stderr.write(banner({ ...workers.served, settings, folder: dataFolder(settings.dataDir) }));
  await untilSignalled((signal) => {
    process.stderr.write('Finishing requests in flight. Once more ends at once.\n');
    workers.drain(signal);
    return workers.ended;
  });
}

/** Waits for SIGTERM or SIGINT and for what `drain` does then. A second one ends the process at once. */
async function untilSignalled(drain: (signal: NodeJS.Signals) => Promise<void>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let signalledAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (signalledAt === undefined) {
      signalledAt = now;
      drain(signal).then(resolve, reject);
    } else if (now - signalledAt > SAME_SIGNAL_MS) {
      process.exit(1);
    }
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  await promise;
}
