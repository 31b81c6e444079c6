import type { World } from '../world.ts';
import type { OtlpSender } from './send-otlp.ts';
import { parseTraceparent } from './trace-context.ts';

/** More spans than this do not wait: those that come then are dropped. */
const WAITING_AT_MOST = 2_048;
const SENT_AT_ONCE = 512;
const SENT_WITHIN_MS = 5_000;
const SERVER = 2;
const ERROR = 2;

/** A request that is over, as the listener tells of it. */
interface RequestOver {
  readonly door: string | undefined;
  readonly requestId: string;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
  readonly traceparent: string | undefined;
  readonly notes: Readonly<Record<string, unknown>>;
}

export interface Traces {
  requestOver(request: RequestOver): void;
  /** Sends what waits, as far as the collector takes it, and ends. */
  close(): Promise<void>;
}

export interface Tracing extends Pick<World, 'clock' | 'ids' | 'log'> {
  readonly sender: OtlpSender;
}

/**
 * A span for each request that a client made, with the id of the request and nothing of who called. They are sent in
 * batches, and are lost when the collector does not take them: no request ever waits for it.
 */
export function startTraces({ clock, ids, log, sender }: Tracing): Traces {
  let waiting: object[] = [];
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let isAway = false;

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, SENT_AT_ONCE);
      waiting = waiting.slice(SENT_AT_ONCE);
      try {
        await sender.send(JSON.stringify(requestOf(batch)));
        if (isAway) log.info({ dropped }, 'spans are taken again');
        [isAway, dropped] = [false, 0];
      } catch (error) {
        dropped += batch.length;
        if (!isAway) log.warn({ err: error }, 'spans were not taken by the collector');
        isAway = true;
        return;
      }
    }
  }

  function sendNow(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    sending ??= sendAll().finally(() => {
      sending = undefined;
      if (waiting.length > 0) plan();
    });
    return sending;
  }

  function plan(): void {
    timer ??= setTimeout(sendNow, SENT_WITHIN_MS).unref();
  }

  return {
    requestOver(request) {
      const { door = 'none', traceparent } = request;
      const context = parseTraceparent(traceparent);
      // Whoever is asked each second whether he is well would tell of little else.
      if (door === 'health' || door === 'metrics' || context?.isSampled === false) return;
      if (waiting.length >= WAITING_AT_MOST) {
        dropped += 1;
        return;
      }
      waiting.push({
        traceId: context?.traceId ?? ids.bytes(16).toString('hex'),
        spanId: ids.bytes(8).toString('hex'),
        ...(context && { parentSpanId: context.parentId }),
        ...spanOf(request, door, clock.now().getTime()),
      });
      if (waiting.length >= SENT_AT_ONCE && !isAway) void sendNow();
      else plan();
    },
    async close() {
      await sending;
      await sendNow();
      clearTimeout(timer);
      sender.close();
    },
  };
}

function spanOf({ requestId, method, status, durationMs, notes }: RequestOver, door: string, endedAt: number): object {
  const { operation, route } = notes;
  const name = typeof operation === 'string' ? operation : typeof route === 'string' ? route : method;
  return {
    name,
    kind: SERVER,
    startTimeUnixNano: nanoseconds(endedAt - durationMs),
    endTimeUnixNano: nanoseconds(endedAt),
    attributes: [
      text('berth.request_id', requestId),
      text('berth.door', door),
      text('http.request.method', method),
      { key: 'http.response.status_code', value: { intValue: String(status) } },
    ],
    // Semantic conventions: what the client did wrong is no error of the server.
    ...((status >= 500 || status === 0) && { status: { code: ERROR } }),
  };
}

function requestOf(spans: readonly object[]): object {
  const resource = { attributes: [text('service.name', 'berth')] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'berth' }, spans }] }] };
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

/** As text: more than a number holds. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}
