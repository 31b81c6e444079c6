import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addJob } from '../src/storage/metadata/jobs.ts';
import { cacheMetrics } from '../src/telemetry/cache-metrics.ts';
import { startBerth, type TestBerth } from './berth.ts';
import { pushLayer } from './manifests.ts';

const TOKEN = 'a-token-of-this-test';

let berth: TestBerth;
beforeAll(async () => {
  berth = await startBerth({ settings: { metricsToken: TOKEN } });
});
afterAll(() => berth.stop());

async function scrape(): Promise<string> {
  const answer = await fetch(`${berth.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return answer.text();
}

test('metrics are for who shows the token', async () => {
  const authorizations = [undefined, 'Bearer another-token-of-it', `Basic ${TOKEN}`, berth.authorization];
  for (const authorization of authorizations) {
    const answer = await fetch(`${berth.url}/metrics`, { headers: authorization ? { authorization } : {} });
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain('berth_http');
  }
});

test('without a token nothing is measured, and nothing is there', async () => {
  const other = await startBerth();
  const answer = await fetch(`${other.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  await other.stop();

  expect(answer.status).toBe(404);
});

test('requests are counted by door, what was asked, and how it ended', async () => {
  await fetch(`${berth.url}/v2/none/tags/list`, { headers: { authorization: berth.authorization } });
  await fetch(`${berth.url}/made-up-by-a-client`);

  const text = await scrape();

  expect(text).toMatch(
    /^berth_http_requests_total\{door="distribution",operation="GET [^"]*tags[^"]*",status="404"\} 1$/m,
  );
  expect(text).toMatch(/^berth_http_requests_total\{door="none",operation="GET",status="404"\} 1$/m);
  expect(text).toMatch(/^berth_http_request_duration_seconds_count\{door="distribution"\} 1$/m);
  expect(text).toMatch(/^berth_database_duration_seconds_count\{what="write"\} [1-9]/m);
  expect(text).not.toContain('made-up');
});

test('calls of the blob store are timed by what they do', async () => {
  await berth.createRepository('timed');
  const { world, registry } = berth;
  const config = await pushLayer(world, registry, 'timed', Buffer.from('{}'));
  await fetch(`${berth.url}/v2/timed/blobs/${config.digest}`, { headers: { authorization: berth.authorization } });

  const text = await scrape();

  for (const what of ['begin', 'append', 'complete', 'read']) {
    expect(text).toMatch(new RegExp(`^berth_storage_duration_seconds_count\\{what="${what}"\\} [1-9]`, 'm'));
  }
  expect(text).not.toContain('berth_storage_failures_total{');
});

test('jobs are counted by kind and state, and those that are late are told', async () => {
  const { world, registry } = berth;
  const [now, dueAt] = [world.clock.now(), new Date(world.clock.now().getTime() - 90_000)];
  const job = { kind: 'of-a-test', registry, payload: {}, dueAt, now };
  await world.metadata.write(async (tx) => {
    await addJob(tx, { ...job, id: world.ids.uuid() });
    await addJob(tx, { ...job, id: world.ids.uuid(), deadOf: 'it failed' });
  });

  const text = await scrape();

  expect(text).toContain('berth_jobs{kind="of-a-test",state="waiting"} 1\n');
  expect(text).toContain('berth_jobs{kind="of-a-test",state="dead"} 1\n');
  expect(text).toContain('berth_jobs_overdue_seconds{kind="of-a-test"} 90\n');
  expect(text).toMatch(/^berth_changes_waiting \d+$/m);
});

test('every metric that the dashboard asks for is there', async () => {
  const dashboard = JSON.parse(await readFile(new URL('../deploy/grafana/berth.json', import.meta.url), 'utf8'));
  const expressions: string[] = dashboard.panels.flatMap((it: { targets: { expr: string }[] }) =>
    it.targets.map(({ expr }) => expr),
  );
  const scraped = (await scrape()).matchAll(/^# TYPE (\S+)/gm).map((it) => it[1]);
  // A node with a layer cache has these besides.
  const ofCache = cacheMetrics({ hits: 0, misses: 0, kept: 0, notKept: 0, bytes: 0 }).map(({ name }) => name);
  const known = new Set([...scraped, ...ofCache]);

  const asked = new Set(expressions.flatMap((it) => it.match(/\b(?:berth|process|nodejs)_[a-z0-9_]+/g) ?? []));

  expect(asked.size).toBeGreaterThan(10);
  for (const name of asked) expect(known).toContain(name.replace(/_(?:bucket|sum|count)$/, ''));
});

test('each request is told to the collector that the settings name, as part of the trace of its client', async () => {
  const told: string[] = [];
  const collector = createServer(async (request, response) => {
    told.push(`${request.method} ${request.url} ${await readText(request)}`);
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const other = await startBerth({ settings: { otlpEndpoint: `http://127.0.0.1:${port}` } });
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  const answer = await fetch(`${other.url}/v2/`, { headers: { traceparent, authorization: other.authorization } });
  await other.stop();
  collector.close();

  expect(told).toEqual([expect.stringMatching(/^POST \/v1\/traces \{"resourceSpans"/)]);
  expect(told[0]).toContain(answer.headers.get('x-amzn-requestid'));
  expect(told[0]).toContain('4bf92f3577b34da6a3ce929d0e0e4736');
  expect(told[0]).not.toContain(other.accessKeyId);
});
