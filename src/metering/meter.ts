import { addBatch, addUsage } from '../storage/metadata/metered.ts';
import type { MeteredUsageRow } from '../storage/metadata/metering-tables.ts';
import type { Clock, Ids, Log, Meter, Used, World } from '../world.ts';
import { destinations, type PlacedNetwork } from './destination.ts';
import { type Journal, leftJournals, openJournal } from './journal.ts';
import { type Counting, type UsageRows, usageRows } from './usage-rows.ts';

const FLUSHED_EVERY_MS = 5_000;
/** So many things are told apart until they are written down; of more than that the repository is not. */
const APART_AT_MOST = 10_000;

export interface RunningMeter extends Meter {
  close(): Promise<void>;
}

interface Metering {
  readonly metadata: World['metadata'];
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'uuid'>;
  readonly log: Log;
  /** Of journals: what was counted by processes that were killed is in there. */
  readonly folder: string;
  readonly networks: readonly PlacedNetwork[];
}

/** What is counted until it is written down in one go. */
interface Batch {
  readonly rows: UsageRows;
  readonly journal: Journal;
}

/**
 * Counts in memory, and writes it down every few seconds in rows of this process alone: no request waits for it, and no
 * two processes for each other. A journal beside it outlives the process; the first thing done is to write down what is
 * left of others, each journal once.
 */
export async function startMeter(metering: Metering): Promise<RunningMeter> {
  const { metadata, clock, ids, log, folder, networks } = metering;
  const node = ids.uuid();
  const destinationOf = destinations(networks);
  await writeLeft(metering, node);

  let current = newBatch();
  /** One that could not be written down yet. */
  let late: Batch | undefined;
  /** What was counted in this turn of the event loop: it is one line for each thing, however many requests it was. */
  let turn = usageRows('hour');
  let planned: NodeJS.Immediate | undefined;
  let writing: Promise<void> = Promise.resolve();

  function newBatch(): Batch {
    return { rows: usageRows('hour'), journal: openJournal(folder, ids.uuid()) };
  }

  /** Once in each turn of the event loop. */
  function journalNow(): void {
    clearImmediate(planned);
    planned = undefined;
    if (turn.size === 0) return;
    let lines = '';
    for (const { account, region, repository_name, kind, operation, starts_at: at, quantity } of turn.rows()) {
      const counting = { account, region, repository_name, kind, operation, node };
      current.rows.add(counting, { at, quantity });
      lines += `${JSON.stringify([counting, { at, quantity }])}\n`;
    }
    turn = usageRows('hour');
    try {
      current.journal.append(lines);
    } catch (error) {
      log.warn({ err: error }, 'usage was not journalled');
    }
  }

  function add({ registry, repositoryName, kind, operation, quantity }: Used): void {
    const { account, region } = registry;
    const isFull = current.rows.size + turn.size >= APART_AT_MOST;
    const repository_name = isFull ? '' : repositoryName;
    turn.add({ account, region, repository_name, kind, operation, node }, { at: clock.now().getTime(), quantity });
    planned ??= setImmediate(journalNow);
  }

  async function writeDown(): Promise<void> {
    if (late === undefined) {
      journalNow();
      if (current.rows.size === 0) return;
      late = current;
      current = newBatch();
      late.journal.end();
    }
    const { rows, journal } = late;
    await writeOnce(metadata, { id: journal.id, rows: rows.rows(), at: clock.now() });
    late = undefined;
    await journal.remove();
  }

  function flush(): Promise<void> {
    writing = writing.then(writeDown).catch((error: unknown) => log.warn({ err: error }, 'usage was not written down'));
    return writing;
  }

  const timer = setInterval(flush, FLUSHED_EVERY_MS).unref();
  return {
    add,
    addSent({ address, ...sent }) {
      if (sent.quantity !== 0) add({ ...sent, kind: `transfer-${destinationOf(address)}` });
    },
    flush,
    async close() {
      clearInterval(timer);
      // What was late, and what has come since.
      await flush();
      await flush();
      journalNow();
      current.journal.end();
    },
  };
}

async function writeLeft({ metadata, clock, folder, log }: Metering, node: string): Promise<void> {
  for (const { id, lines, remove } of await leftJournals(folder)) {
    const rows = usageRows('hour');
    for (const line of lines) {
      const [counting, when] = JSON.parse(line) as [Counting, { at: number; quantity: number }];
      rows.add({ ...counting, node }, when);
    }
    try {
      await writeOnce(metadata, { id, rows: rows.rows(), at: clock.now() });
      await remove();
    } catch (error) {
      log.warn({ err: error, journal: id }, 'usage of a process that has ended was not written down');
    }
  }
}

/** Who wrote it down may have died before he removed the journal. */
function writeOnce(
  metadata: World['metadata'],
  { id, rows, at }: { readonly id: string; readonly rows: readonly MeteredUsageRow[]; readonly at: Date },
): Promise<void> {
  return metadata.write(async (tx) => {
    if (await addBatch(tx, id, at)) await addUsage(tx, rows);
  });
}
