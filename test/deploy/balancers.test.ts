import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, type RequestOptions, request, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { makeAuthority, makeCertificate } from '../../src/http/certificate-authority.ts';
import { systemIds } from '../../src/ids.ts';
import { startBerth } from '../berth.ts';
import { newest, withNewest } from '../clients/client.ts';
import { digestsIn, writeFixtures } from '../clients/images.ts';
import { run } from '../clients/run.ts';
import { type Balancer, type BalancerKind, startBalancer } from './balancer.ts';
import { type FakeNode, startFakeNode } from './fake-node.ts';

let open = new AsyncDisposableStack();
afterEach(async () => {
  await open.disposeAsync();
  open = new AsyncDisposableStack();
});

describe.each<BalancerKind>(['haproxy', 'nginx'])('the sample for %s', (kind) => {
  withNewest(`${kind} and skopeo`, [kind, 'skopeo'], () => {
    const node = async (answer: Parameters<typeof startFakeNode>[0]) =>
      open.adopt(await startFakeNode(answer), (it) => it.stop());
    const balancer = async (...nodes: readonly { readonly host: string }[]) =>
      open.adopt(await startBalancer(kind, { nodes: nodes.map((it) => it.host) }), (it) => it.stop());

    test('hands host, path and method on as the client wrote them', async () => {
      const behind = await node((_, response) => response.end());
      const front = await balancer(behind);
      const path = '/v2/a%2Fb/c//tags/list?n=1&last=%20x';
      const name = '123456789012.dkr.ecr.us-east-1.example.com:8443';

      await answerTo(send(front, { path, headers: { Host: name, 'X-Forwarded-Proto': 'https' } }).end());

      expect(behind.requests.map((it) => it.url)).toEqual([path]);
      expect(behind.requests[0]?.headers).toMatchObject({ host: name, 'x-forwarded-proto': 'http' });
    });

    test('lets a body of any length through as it comes', async () => {
      const arrived: Buffer[] = [];
      const behind = await node((incoming, response) => {
        incoming.on('data', (chunk: Buffer) => arrived.push(chunk)).on('end', () => response.end());
      });
      const front = await balancer(behind);
      const sent = send(front, { method: 'PATCH', path: '/v2/app/blobs/uploads/1', headers: CHUNKED });

      sent.write('the first bytes');
      // Nothing more is sent until these are there.
      await vi.waitFor(() => expect(Buffer.concat(arrived).toString()).toBe('the first bytes'), PATIENCE);
      sent.end(Buffer.alloc(8 * MIB));

      expect((await answerTo(sent)).status).toBe(200);
      expect(Buffer.concat(arrived)).toHaveLength('the first bytes'.length + 8 * MIB);
    });

    test('lets an answer through as it comes', async () => {
      const behind = await node((_, response) => response.write('the first bytes'));
      const front = await balancer(behind);

      const answer = await headOf(send(front).end());
      const [first] = await once(answer, 'data');

      expect(String(first)).toBe('the first bytes');
      answer.destroy();
    });

    test('sends a request to another node when its own is gone, whatever the method', async () => {
      const gone = await node((_, response) => response.end());
      const stays = await node((incoming, response) => incoming.pipe(response));
      const front = await balancer(gone, stays);
      await gone.stop();

      for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'POST', 'PATCH', 'PUT']) {
        const body = method === 'GET' || method === 'DELETE' ? '' : `body of ${method}`;
        expect(await answerTo(send(front, { method }).end(body))).toEqual({ status: 200, body });
      }
    });

    test('sends what belongs to one upload to one node while it is there, and different uploads to all', async () => {
      const nodes = await Promise.all([1, 2].map((id) => node((_, response) => response.end(`${id}`))));
      const front = await balancer(...nodes);
      const of = async (upload: number) => {
        const ask = async (method: string, query = '') =>
          (await answerTo(send(front, { method, path: `/v2/a/b/blobs/uploads/${upload}${query}` }).end())).body;
        return [await ask('PATCH'), await ask('GET'), await ask('PATCH'), await ask('PUT', '?digest=sha256:0')];
      };

      const answers = await Promise.all(Array.from({ length: 20 }, (_, upload) => of(upload)));
      for (const answer of answers) expect(new Set(answer).size).toBe(1);
      expect(new Set(answers.flat())).toEqual(new Set(['1', '2']));

      await nodes[0]?.stop();
      for (let upload = 0; upload < 20; upload++) expect(await of(upload)).toEqual(['2', '2', '2', '2']);
    });

    test('sends nothing twice that changes something', async () => {
      const nodes = await Promise.all([1, 2].map(() => node((incoming) => incoming.socket.destroy())));
      const front = await balancer(...nodes);

      const answer = await answerTo(send(front, { method: 'POST' }).end('once'));

      expect(answer.status).toBe(502);
      expect(nodes.flatMap((it) => it.requests)).toHaveLength(1);
    });

    test('push and pull go through it over TLS, and Berth knows that they do', async () => {
      const folder = open.adopt(await mkdtemp(join(tmpdir(), 'berth-balanced-')), (it) => rm(it, { recursive: true }));
      const tls = await certificateIn(folder);
      const berth = open.adopt(await startBerth(), (it) => it.stop());
      const front = open.adopt(await startBalancer(kind, { nodes: [berth.host], tls }), (it) => it.stop());
      const { single, runnable } = writeFixtures(join(folder, 'layout'));
      const skopeo = (...args: string[]) =>
        run(newest('skopeo').program, ['--insecure-policy', ...args], {
          env: { HOME: folder, SSL_CERT_FILE: join(folder, 'ca.crt') },
          cwd: folder,
        });
      const creds = `AWS:${berth.password}`;
      await berth.createRepository('app');

      await skopeo('copy', '--dest-creds', creds, 'oci:layout:runnable', `docker://${front.host}/app:runnable`);
      await skopeo('copy', '--dest-creds', creds, 'oci:layout:single', `docker://${front.host}/app:single`);
      await skopeo('copy', '--src-creds', creds, `docker://${front.host}/app:runnable`, 'oci:back:runnable');

      expect(digestsIn(join(folder, 'back'))).toEqual([runnable.digest]);
      expect(
        await skopeo('inspect', '--creds', creds, '--format', '{{.Digest}}', `docker://${front.host}/app:single`),
      ).toBe(single.digest);
    });

    test('asks one that is not ready once at most', async () => {
      const starts = await node((_, response) => response.writeHead(503).end());
      const serves = await node((_, response) => response.end());
      starts.readyz = 503;
      const front = await balancer(starts, serves);
      // haproxy takes a node for ready until it has asked.
      if (kind === 'haproxy') await vi.waitFor(() => expect(starts.checks).toBeGreaterThanOrEqual(2), PATIENCE);

      const statuses = [];
      for (let count = 0; count < 20; count += 1) statuses.push((await answerTo(send(front).end())).status);

      expect(statuses).toEqual(Array(20).fill(200));
      expect(starts.requests.length).toBeLessThanOrEqual(1);
    });

    // nginx has no checks of its own.
    if (kind === 'nginx') return;

    test('a node that is not ready gets no more requests, and may finish those it has', async () => {
      const letGo = Promise.withResolvers<void>();
      const answer = (which: string) => (incoming: IncomingMessage, response: ServerResponse) => {
        if (incoming.url === '/slow') void letGo.promise.then(() => response.end(which));
        else response.end(which);
      };
      const drains = await node(answer('drains'));
      const stays = await node(answer('stays'));
      const front = await balancer(drains, stays);
      const slow = [await started(front, [drains, stays]), await started(front, [drains, stays])];

      drains.readyz = 503;
      await isDown(front, drains, stays);
      for (let count = 0; count < 10; count += 1) expect((await answerTo(send(front).end())).body).toBe('stays');
      letGo.resolve();

      const bodies = await Promise.all(slow.map(async (it) => (await answerTo(it)).body));
      expect(bodies.sort()).toEqual(['drains', 'stays']);

      drains.readyz = 200;
      await vi.waitFor(async () => expect((await answerTo(send(front).end())).body).toBe('drains'), PATIENCE);
    });
  });
});

const MIB = 1024 * 1024;
const CHUNKED = { 'Transfer-Encoding': 'chunked' };
const PATIENCE = { timeout: 15_000, interval: 50 };

function send({ host }: Pick<Balancer, 'host'>, options: RequestOptions = {}): ClientRequest {
  const [hostname, port] = host.split(':');
  const sent = request({ hostname, port, path: '/v2/', agent: false, ...options });
  // Whoever waits for the answer is told; one that a failed test has left behind tells nobody.
  return sent.on('error', () => undefined);
}

async function headOf(sent: ClientRequest): Promise<IncomingMessage> {
  const [answer] = await once(sent, 'response');
  return answer;
}

async function answerTo(sent: ClientRequest): Promise<{ status: number | undefined; body: string }> {
  const answer = await headOf(sent);
  return { status: answer.statusCode, body: Buffer.concat(await answer.toArray()).toString() };
}

/** A request that has reached one of the nodes, which keeps it. */
async function started(front: Balancer, nodes: readonly FakeNode[]): Promise<ClientRequest> {
  const arrived = () => nodes.flatMap((it) => it.requests).length;
  const before = arrived();
  const sent = send(front, { path: '/slow' });
  sent.end();
  await vi.waitFor(() => expect(arrived()).toBe(before + 1), PATIENCE);
  return sent;
}

/** The balancer has seen often enough that one is not ready, and has sent the last few requests to the other. */
async function isDown(front: Balancer, drains: FakeNode, stays: FakeNode): Promise<void> {
  await vi.waitFor(async () => {
    const before = drains.requests.length;
    for (let count = 0; count < 6; count += 1) await answerTo(send(front).end());
    expect(drains.requests.length).toBe(before);
    expect(stays.requests.length).toBeGreaterThan(0);
  }, PATIENCE);
}

/** A certificate for 127.0.0.1 with its authority in `ca.crt`; haproxy finds the key behind the certificate. */
async function certificateIn(folder: string): Promise<{ certificate: string; key: string }> {
  const now = new Date();
  const authority = await makeAuthority(now, systemIds.bytes(16));
  const own = await makeCertificate(authority, ['127.0.0.1'], { now, serial: systemIds.bytes(16) });
  const [certificate, key] = [join(folder, 'berth.pem'), join(folder, 'berth.key')];
  await writeFile(join(folder, 'ca.crt'), authority.certificate);
  await writeFile(certificate, `${own.certificate}${own.key}`);
  await writeFile(key, own.key);
  return { certificate, key };
}
