import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aDelivery, type DeliveryFacts } from '../../../test/events/a-delivery.ts';
import { type QuietWorld, quietWorld } from '../../../test/quiet-world.ts';
import { jobPool } from '../../jobs/job-pool.ts';
import { NotCarried } from '../../messaging/port.ts';
import { inNetworks } from '../../outbound/addresses.ts';
import { guardedClient } from '../../outbound/guarded-client.ts';
import { type Outbound, OutboundError } from '../../outbound/port.ts';
import { addJob, listJobs } from '../../storage/metadata/jobs.ts';
import type { World } from '../../world.ts';
import { DELIVER_EVENT } from '../delivery.ts';
import { deliverEvent } from './deliver-event.ts';
import { rotateWebhookSecret, webhookSecret } from './webhook-secret.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:dead';

let quiet: QuietWorld;
beforeAll(async () => {
  quiet = await quietWorld();
});
afterAll(() => quiet.stop());
const closing: (() => void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  const { world } = quiet;
  await world.metadata.write((tx) => tx.deleteFrom('jobs').execute());
});

interface Got {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const NOTHING: Got = { path: '', headers: {}, body: '' };

type Answering = (got: Got, times: number) => { readonly status: number; readonly headers?: object } | 'hang up';

/** A receiver on loopback that answers so. */
async function receiver(answer: Answering = () => ({ status: 204 })) {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    const it = { path: request.url ?? '', headers: request.headers, body: await text(request) };
    got.push(it);
    const how = answer(it, got.length);
    if (how === 'hang up') request.socket.destroy();
    else response.writeHead(how.status, { ...how.headers }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** The world, from which loopback may be asked, and no queue is there but one that notes. */
function outside(more: Partial<World> = {}) {
  const sent: { readonly queue: string; readonly body: string; readonly attributes?: object }[] = [];
  const world: World = {
    ...quiet.world,
    outbound: guardedClient({
      resolve: async () => ['127.0.0.1'],
      mayAsk: inNetworks([{ address: '127.0.0.1', prefix: 32 }]),
    }),
    messaging: {
      async send({ name }, message) {
        sent.push({ queue: name, ...message });
      },
      async publish() {},
      async close() {},
    },
    ...more,
  };
  return { world, sent };
}

/** Does what is due now, as a process of its own would. */
async function settle(world: World): Promise<void> {
  const pool = jobPool(world, new Map([[DELIVER_EVENT, deliverEvent]]));
  while ((await pool.fill()) > 0) await pool.idle();
}

async function add(facts: DeliveryFacts, orderKey?: string): Promise<void> {
  const { world, registry } = quiet;
  const now = world.clock.now();
  const payload = aDelivery({ acceptedAt: now.getTime(), ...facts });
  await world.metadata.write((tx) =>
    addJob(tx, { id: world.ids.uuid(), kind: DELIVER_EVENT, registry, payload, orderKey, dueAt: now, now }),
  );
}

const jobs = () => quiet.world.metadata.read((tx) => listJobs(tx, { limit: 100, now: quiet.world.clock.now() }));

describe('an event', () => {
  test('is posted once, with a signature that another program verifies by the secret of the address', async () => {
    const { got, url } = await receiver();
    const { world } = outside();
    await add({ target: { arn: `${url}hook` }, body: '{"ä":1}' });

    await settle(world);

    expect(got).toHaveLength(1);
    const { headers, body } = got[0] ?? NOTHING;
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Berth' });
    expect(Number(headers['webhook-timestamp'])).toBe(Math.floor(world.clock.now().getTime() / 1000));
    const secret = await webhookSecret(world, quiet.registry, `${url}hook`);
    expect(inPython(secret, headers, body)).toBe(headers['webhook-signature']);
    expect(await jobs()).toEqual([]);
  });

  test('is signed with the secret of its address alone, and for a day with the one before', async () => {
    const { got, url } = await receiver();
    const { world } = outside();
    const [first, other] = [`${url}a`, `${url}b`];
    const old = await webhookSecret(world, quiet.registry, first);
    const fresh = await rotateWebhookSecret(world, quiet.registry, first);
    const post = async () => {
      await add({ target: { arn: `${first}#cloudevents` } });
      await settle(world);
      const { headers, body } = got.at(-1) ?? NOTHING;
      const signatures = String(headers['webhook-signature']).split(' ');
      return [old, fresh].map((secret) => signatures.includes(signatureOf(secret, headers, body)));
    };

    expect(await post()).toEqual([true, true]);
    quiet.pass(24 * HOUR);
    expect(await post()).toEqual([false, true]);
    expect(await webhookSecret(world, quiet.registry, first)).toBe(fresh);
    const elsewhere = { ...quiet.registry, account: '210987654321' };
    const others = [
      await webhookSecret(world, quiet.registry, other),
      await webhookSecret(world, elsewhere, first),
      await webhookSecret(world, { ...quiet.registry, region: 'eu-west-1' }, first),
    ];
    expect(new Set([old, fresh, ...others]).size).toBe(5);
  });

  test('comes at least once and in its order, whatever goes wrong meanwhile', async () => {
    const failures = [{ status: 500 }, 'hang up', { status: 429 }, { status: 503 }] as const;
    const { got, url } = await receiver((_, times) => failures[times - 1] ?? { status: 200 });
    const { world } = outside();
    for (const body of ['1', '2', '3']) await add({ target: { arn: url }, body, eventId: body }, 'hook:app');

    for (let i = 0; i < 5; i += 1) {
      await settle(world);
      quiet.pass(20_000);
    }

    expect(got.map((it) => it.body)).toEqual(['1', '1', '1', '1', '1', '2', '3']);
    expect(new Set(got.slice(0, 5).map((it) => it.headers['webhook-id'])).size).toBe(1);
    expect(await jobs()).toEqual([]);
  });

  test('waits as long as its target says, and does not make another target wait', async () => {
    const busy = await receiver(() => ({ status: 429, headers: { 'retry-after': '600' } }));
    const free = await receiver();
    const { world } = outside();
    await add({ target: { arn: busy.url } }, 'busy:app');
    await add({ target: { arn: free.url } }, 'free:app');

    await settle(world);
    quiet.pass(10 * MINUTE - 1);
    await settle(world);
    expect([busy.got.length, free.got.length]).toEqual([1, 1]);
    quiet.pass(1);
    await settle(world);

    expect(busy.got).toHaveLength(2);
  });

  test.each([
    [400, 'dead'],
    [401, 'waiting'],
    [404, 'dead'],
    [408, 'waiting'],
    [409, 'waiting'],
    [410, 'dead'],
    [425, 'waiting'],
    [302, 'dead'],
    [500, 'waiting'],
    [507, 'waiting'],
  ])('that is answered %i is %s', async (status, state) => {
    const { got, url } = await receiver(() => ({ status, headers: { location: 'http://127.0.0.1:1/' } }));
    await add({ target: { arn: url } });

    await settle(outside().world);

    expect(await jobs()).toMatchObject([{ state, last_error: expect.stringContaining(`answered ${status}.`) }]);
    expect(got).toHaveLength(1);
  });

  test('is tried as often as its policy says, and then is a dead letter that says why', async () => {
    const { got, url } = await receiver(() => ({ status: 500 }));
    const { world, sent } = outside();
    const retryPolicy = { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 86_400 };
    await add({ target: { arn: url, retryPolicy, deadLetterArn: QUEUE } });

    for (let i = 0; i < 5; i += 1) {
      await settle(world);
      quiet.pass(HOUR);
    }

    expect(got).toHaveLength(3);
    expect(sent).toEqual([
      {
        queue: 'dead',
        body: '{"detail":1}',
        attributes: {
          ERROR_CODE: 'SDK_CLIENT_ERROR',
          ERROR_MESSAGE: expect.stringContaining('answered 500.'),
          RULE_ARN: 'arn:aws:events:us-east-1:123456789012:rule/pushes',
          TARGET_ARN: url,
          RETRY_ATTEMPTS: '2',
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        },
      },
    ]);
    expect(await jobs()).toEqual([]);
  });

  test('is too old one day, and without a queue for dead letters is a dead job', async () => {
    const { got, url } = await receiver(() => ({ status: 503 }));
    const retryPolicy = { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 60 };
    await add({ target: { arn: url, retryPolicy } });
    const { world } = outside();

    await settle(world);
    quiet.pass(MINUTE);
    await settle(world);
    quiet.pass(HOUR);
    await settle(world);

    expect(got).toHaveLength(2);
    expect(await jobs()).toMatchObject([{ state: 'dead', last_error: expect.stringContaining('503') }]);
  });

  test('is not lost when its queue for dead letters does not take it either', async () => {
    const { url } = await receiver(() => ({ status: 404 }));
    const { world } = outside({
      messaging: {
        send: () => Promise.reject(new NotCarried('No such queue.', { code: 'NO_RESOURCE', isFinal: true })),
        publish: async () => {},
        close: async () => {},
      },
    });
    await add({ target: { arn: url, deadLetterArn: QUEUE } });

    await settle(world);

    expect(await jobs()).toMatchObject([{ state: 'dead', last_error: expect.stringContaining('No such queue.') }]);
  });

  test.each([
    ['refused', 'dead'],
    ['timed out', 'waiting'],
    ['unreachable', 'waiting'],
    ['untrusted', 'waiting'],
  ] as const)('whose target is %s is %s', async (failure, state) => {
    const outbound: Pick<Outbound, 'post'> = { post: () => Promise.reject(new OutboundError(failure, 'It is so.')) };
    await add({ target: { arn: 'https://h.example/' } });

    await settle(outside({ outbound: outbound as Outbound }).world);

    expect(await jobs()).toMatchObject([{ state, last_error: 'It is so.' }]);
  });

  test.each(['http://10.0.0.1/', 'https://169.254.169.254/latest/meta-data/', 'http://[::1]:5000/'])(
    'is not sent inside: %s',
    async (arn) => {
      await add({ target: { arn } });

      await settle(outside().world);

      expect(await jobs()).toMatchObject([
        { state: 'dead', last_error: expect.stringContaining('BERTH_OUTBOUND_ALLOW') },
      ]);
    },
  );

  test('goes to a queue of its account, in the order that the queue keeps', async () => {
    const { world, sent } = outside();
    await add({ target: { arn: 'arn:aws:sqs:us-east-1:123456789012:q.fifo' }, repositoryId: 'app' });
    await add({ target: { arn: QUEUE, sqs: { messageGroupId: 'g' } } });

    await settle(world);

    const deduplicationId = expect.stringMatching(/^event-1-[0-9a-f]{8}$/);
    expect(sent).toEqual([
      { queue: 'q.fifo', body: '{"detail":1}', fifo: { groupId: 'app', deduplicationId } },
      { queue: 'dead', body: '{"detail":1}' },
    ]);
  });

  test('does not go to a queue of another account', async () => {
    const { world, sent } = outside();
    await add({ target: { arn: 'arn:aws:sqs:us-east-1:210987654321:theirs' } });

    await settle(world);

    expect(sent).toEqual([]);
    expect(await jobs()).toMatchObject([{ state: 'dead', last_error: expect.stringContaining('another account') }]);
  });

  test('is published on a subject', async () => {
    const published: unknown[] = [];
    const { world } = outside({
      messaging: {
        send: async () => {},
        close: async () => {},
        async publish({ server, subject }, message) {
          published.push({ server, subject, ...message });
        },
      },
    });
    await add({ target: { arn: 'nats://h.example/registry.push' } });

    await settle(world);

    const id = expect.stringMatching(/^event-1-/);
    expect(published).toEqual([
      { server: 'nats://h.example:4222', subject: 'registry.push', id, body: '{"detail":1}' },
    ]);
  });
});

function signatureOf(secret: string, headers: IncomingHttpHeaders, body: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

/** The signature of Standard Webhooks as a receiver makes it who knows nothing of Berth. */
function inPython(secret: string, headers: IncomingHttpHeaders, body: string): string {
  const program = `
import base64, hashlib, hmac, sys
secret, id, timestamp = sys.argv[1:]
signed = f"{id}.{timestamp}.".encode() + sys.stdin.buffer.read()
key = base64.b64decode(secret.removeprefix("whsec_"))
print("v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode())`;
  const said = [secret, headers['webhook-id'], headers['webhook-timestamp']].map(String);
  return execFileSync('python3', ['-c', program, ...said], { input: body, encoding: 'utf8' }).trim();
}
