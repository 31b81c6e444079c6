import { AsyncLocalStorage } from 'node:async_hooks';
import { asRefusal } from '../registry/as-refusal.ts';
import { addAuditEvent, putAuditEvents } from '../storage/metadata/audit.ts';
import type { AuditEventRow } from '../storage/metadata/audit-tables.ts';
import { type Metadata, ReadOnly, type Writing } from '../storage/metadata/port.ts';
import { defineRefusal, Refusal } from '../values/refusal.ts';
import type { Log } from '../world.ts';
import type { Act } from './act.ts';
import type { AuditFiles } from './files.ts';
import { isReadOnly } from './read-only.ts';
import { type AccountRecord, callerOf, recordsOf, rowsOf } from './rows.ts';

/** What is done is written down within this time. */
const FLUSHED_AFTER_MS = 100;
/** So many acts may wait to be written down: beyond it nothing more is done until some are. */
const WAITING_AT_MOST = 20_000;
const WRITTEN_AT_ONCE = 1_000;
/**
 * Reads that are entered in the database in a second. Of more than that the rest is in the files alone: the newest
 * hundred thousand would be those of a moment, and pulls would pay for it.
 */
const READS_ENTERED_IN_A_SECOND = 500;
const TRIED_AGAIN_AFTER_MS = 1_000;

/** Records cannot be written down, and so nothing is done. */
const CannotRecord = defineRefusal<Record<never, never>>({
  code: 'ServiceUnavailable',
  status: 503,
  oci: { code: 'UNAVAILABLE', status: 503 },
  message: () => 'What is done here cannot be recorded at the moment, so nothing is. Try again later.',
});

export interface Trail {
  /** Does `work` and records the act with what became of it. A change that `work` makes carries its record with it. */
  record<T>(act: Act, work: () => Promise<T>): Promise<T>;
  /** Resolves when all that was done until now is written down. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface AuditTrail {
  /** The metadata whose changes carry the record of the act in which they are made. */
  readonly metadata: Metadata;
  readonly trail: Trail;
  /** ARN of the principal whose act is being done. */
  readonly actor: () => string | undefined;
}

/**
 * The audit trail. A change is recorded in its own transaction: it is not made when its record cannot be. What became of
 * an act, and acts that change nothing, are written down shortly after, in batches, to the database and to the files.
 */
export function auditTrail(
  inner: Metadata,
  {
    files,
    log,
    onEnd,
    onEnter,
  }: {
    readonly files: AuditFiles | undefined;
    readonly log: Log;
    /** Told of each act when it is over. */
    readonly onEnd?: (act: Act) => void;
    /** Told of what is entered in the database, as it ended, in that transaction; queries only. */
    readonly onEnter?: (tx: Writing, events: readonly AuditEventRow[]) => Promise<void>;
  },
): AuditTrail {
  const current = new AsyncLocalStorage<Act>();
  let waiting: Ended[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const metadata: Metadata = {
    ...inner,
    write: (work, options) =>
      inner.write(async (tx) => {
        const result = await work(tx);
        const act = current.getStore();
        if (act?.name !== undefined && callerOf(act) !== undefined) {
          const { events, resources } = rowsOf(act, recordsOf(act));
          for (const event of events) {
            await addAuditEvent(
              tx,
              event,
              resources.filter((it) => it.event_id === event.event_id),
            );
          }
        }
        return result;
      }, options),
  };

  /** How many of those that wait are in the files already. */
  let filed = 0;

  async function writeDown(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, WRITTEN_AT_ONCE);
      if (filed < batch.length) await files?.append(linesOf(batch.slice(filed)));
      filed = batch.length;
      await enter(batch.filter((it) => it.isEntered));
      waiting = waiting.slice(batch.length);
      filed = 0;
    }
  }

  async function enter(ended: readonly Ended[]): Promise<void> {
    const rows = ended.map(({ act, records }) => rowsOf(act, records));
    const events = rows.flatMap((it) => it.events);
    const resources = rows.flatMap((it) => it.resources);
    if (events.length === 0) return;
    await inner
      .write(async (tx) => {
        await putAuditEvents(tx, events, resources);
        await onEnter?.(tx, events);
      })
      .catch((error: unknown) => {
        // Then nothing changes, and of reads the files know.
        if (!(error instanceof ReadOnly)) throw error;
      });
  }

  /** One after the other: what is waiting is written down once. */
  function writeNext(): Promise<void> {
    // Outside of the request in which it was planned: what is written here is no change of its.
    writing = writing.catch(() => undefined).then(() => current.exit(writeDown));
    return writing;
  }

  function plan(ms: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      writeNext().catch((error: unknown) => {
        log.error({ err: error, waiting: waiting.length }, 'audit records could not be written');
        plan(TRIED_AGAIN_AFTER_MS);
      });
    }, ms).unref();
  }

  /** Reads that may still be entered in this second. */
  let allowance = READS_ENTERED_IN_A_SECOND;
  let second = 0;

  function isEntered(act: Act): boolean {
    if (callerOf(act) === undefined) return false;
    if (act.error !== undefined || !isReadOnly(act.name ?? '')) return true;
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      second = now;
      allowance = READS_ENTERED_IN_A_SECOND;
    }
    allowance -= 1;
    return allowance >= 0;
  }

  function add(act: Act): void {
    if (act.name === undefined) return;
    waiting.push({ act, records: recordsOf(act), isEntered: isEntered(act) });
    plan(FLUSHED_AFTER_MS);
  }

  return {
    metadata,
    actor: () => current.getStore()?.principal?.arn,
    trail: {
      async record(act, work) {
        if (waiting.length >= WAITING_AT_MOST) throw CannotRecord({});
        try {
          return await current.run(act, work);
        } catch (thrown) {
          const error = asRefusal(thrown);
          const isRefusal = error instanceof Refusal;
          act.error ??= isRefusal
            ? { code: error.code, message: error.message }
            : { code: 'ServerException', message: 'Internal error' };
          throw thrown;
        } finally {
          add(act);
          onEnd?.(act);
        }
      },
      flush: writeNext,
      async close() {
        clearTimeout(timer);
        await writeNext().catch((error: unknown) => log.error({ err: error }, 'audit records were lost'));
        await files?.close();
      },
    },
  };
}

/** An act that is over. */
interface Ended {
  readonly act: Act;
  readonly records: readonly AccountRecord[];
  /** Whether it can be looked up in the database, too. */
  readonly isEntered: boolean;
}

function linesOf(ended: readonly Ended[]): string {
  let lines = '';
  for (const { records } of ended) for (const { text } of records) lines += `${text}\n`;
  return lines;
}
