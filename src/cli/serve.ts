import { Command } from 'commander';
import { compose } from '../compose.ts';
import { banner } from './banner.ts';
import { ALL, addSettingFlags, settingsFor } from './setting-flags.ts';

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
  const berth = await compose(settings);
  process.stderr.write(banner(berth));

  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let signalledAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (signalledAt === undefined) {
      signalledAt = now;
      berth.world.log.info({ signal }, 'draining');
      process.stderr.write('Finishing requests in flight. Once more ends at once.\n');
      berth.drain().then(resolve, reject);
    } else if (now - signalledAt > SAME_SIGNAL_MS) {
      process.exit(1);
    }
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  await promise;
}
