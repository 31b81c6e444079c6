import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemIds } from '../ids.ts';
import { startLog } from './log.ts';
import { parseTraceparent } from './trace-context.ts';
import { startTraces, type Traces } from './traces.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const REQUEST = {
  door: 'aws',
  requestId: 'of-the-request',
  method: 'POST',
  status: 200,
  durationMs: 250,
  traceparent: undefined,
  notes: { operation: 'ecr:PutImage', principalArn: 'arn:aws:iam::123456789012:user/alice' },
};

type Span = { name: string; traceId: string; spanId: string } & Record<string, unknown>;

let sent: Span[][];
let lines: { message: string }[];
let taking: () => Promise<void>;
let traces: Traces;
beforeEach(() => {
  vi.useFakeTimers();
  [sent, lines] = [[], []];
  taking = async () => undefined;
  traces = startTraces({
    clock: { now: () => new Date(1_700_000_000_000) },
    ids: systemIds,
    log: startLog('debug', { write: (line) => lines.push(JSON.parse(line)) }),
    sender: {
      async send(body) {
        sent.push(JSON.parse(body).resourceSpans[0].scopeSpans[0].spans);
        await taking();
      },
      close: () => undefined,
    },
  });
});
afterEach(() => vi.useRealTimers());

test('a request is a span with its id and its time, and nothing of who called', async () => {
  traces.requestOver(REQUEST);
  await vi.advanceTimersByTimeAsync(5_000);

  const [[span]] = sent as [[Span]];
  expect(span).toEqual({
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
    name: 'ecr:PutImage',
    kind: 2,
    startTimeUnixNano: '1699999999750000000',
    endTimeUnixNano: '1700000000000000000',
    attributes: [
      { key: 'berth.request_id', value: { stringValue: 'of-the-request' } },
      { key: 'berth.door', value: { stringValue: 'aws' } },
      { key: 'http.request.method', value: { stringValue: 'POST' } },
      { key: 'http.response.status_code', value: { intValue: '200' } },
    ],
  });
  expect(JSON.stringify(sent)).not.toContain('alice');
});

test('a span belongs to the trace that the client names, and there is none where he records nothing', async () => {
  traces.requestOver({ ...REQUEST, traceparent: `00-${TRACE}-${PARENT}-01` });
  traces.requestOver({ ...REQUEST, traceparent: `00-${TRACE}-${PARENT}-00` });
  traces.requestOver({ ...REQUEST, door: 'health' });
  traces.requestOver({ ...REQUEST, status: 503, traceparent: 'nonsense' });
  await vi.advanceTimersByTimeAsync(5_000);

  expect(sent).toEqual([
    [
      expect.objectContaining({ traceId: TRACE, parentSpanId: PARENT }),
      expect.objectContaining({ status: { code: 2 } }),
    ],
  ]);
  expect(sent[0]?.[1]).not.toHaveProperty('parentSpanId');
});

test.each([
  [`00-${TRACE}-${PARENT}-01`, true],
  [`00-${TRACE}-${PARENT}-03`, true],
  [`cc-${TRACE}-${PARENT}-01-what-comes-later`, true],
  [`00-${TRACE}-${PARENT}-00`, false],
  [`00-${TRACE}-${PARENT}-01-more`, undefined],
  [`ff-${TRACE}-${PARENT}-01`, undefined],
  [`00-${'0'.repeat(32)}-${PARENT}-01`, undefined],
  [`00-${TRACE}-${'0'.repeat(16)}-01`, undefined],
  [`00-${TRACE.toUpperCase()}-${PARENT}-01`, undefined],
  ['', undefined],
])('traceparent %s is recorded: %s', (header, isSampled) => {
  expect(parseTraceparent(header)?.isSampled).toBe(isSampled);
});

test('spans are sent together, and at once when there are many', async () => {
  for (let i = 0; i < 511; i++) traces.requestOver(REQUEST);
  expect(sent).toEqual([]);
  traces.requestOver(REQUEST);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.map((it) => it.length)).toEqual([512]);
});

test('while the collector is away spans are dropped beyond a number, and that is said once', async () => {
  taking = async () => {
    throw new Error('away');
  };
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 2_100; i++) traces.requestOver(REQUEST);
    await vi.advanceTimersByTimeAsync(5_000);
  }
  expect(sent.every((it) => it.length <= 512)).toBe(true);
  expect(lines.map((it) => it.message)).toEqual(['spans were not taken by the collector']);

  taking = async () => undefined;
  await vi.advanceTimersByTimeAsync(5_000);

  expect(lines.map((it) => it.message)).toContain('spans are taken again');
  const all = sent.flat().length;
  expect(all).toBeLessThan(2_048 + 5 * 512);
});

test('what waits is sent at the end, and a collector that is away does not keep it from ending', async () => {
  traces.requestOver(REQUEST);
  await traces.close();
  expect(sent.flat()).toHaveLength(1);

  taking = async () => {
    throw new Error('away');
  };
  traces.requestOver(REQUEST);
  await traces.close();
  expect(sent.flat()).toHaveLength(2);
});
