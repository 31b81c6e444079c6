import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../berth.ts';
import { type Client, clientOf } from './http-client.ts';
import { aBlob, anImage, digestOf, locationOf, pushBlob, withQuery } from './registry-under-test.ts';

const IDLE = 1_000;

let berth: TestBerth;
let client: Client;
const sockets: Socket[] = [];

beforeAll(async () => {
  berth = await startBerth();
  client = clientOf(berth.url, berth.authorization);
  await berth.createRepository('app');
});
afterAll(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await berth.stop();
});

async function open(greeting = ''): Promise<Socket> {
  const { hostname, port } = new URL(berth.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
  if (greeting !== '') socket.write(greeting);
  return socket;
}

async function all(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('end', () => socket.end());
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

const head = (method: string, path: string, more = '') =>
  `${method} ${path} HTTP/1.1\r\nHost: ${berth.host}\r\nAuthorization: ${berth.authorization}\r\n${more}\r\n`;

describe('while clients are slow', () => {
  test('a thousand idle connections, half of them in the middle of a head, keep nobody from pushing', async () => {
    for (let opened = 0; opened < IDLE; opened += 100) {
      const greeting = opened % 200 === 0 ? 'GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Slow: ' : '';
      await Promise.all(Array.from({ length: 100 }, () => open(greeting)));
    }

    const { digest } = await pushBlob(client, 'app', aBlob(1_000_000));

    expect(sockets.filter((it) => it.readyState === 'open')).toHaveLength(IDLE);
    expect((await client.send('HEAD', `/v2/app/blobs/${digest}`)).status).toBe(200);
    for (const socket of sockets.splice(0)) socket.destroy();
  });

  test('a manifest that comes byte by byte is stored whole', async () => {
    const manifest = await anImage(client, 'app');
    const length = `Content-Length: ${manifest.length}\r\nConnection: close\r\n`;
    const socket = await open(head('PUT', '/v2/app/manifests/slow', length));
    socket.setNoDelay(true);
    const answer = all(socket);

    for (const byte of manifest) {
      await new Promise<unknown>((resolve) => socket.write(Buffer.of(byte), resolve));
    }

    expect(await answer).toMatch(/^HTTP\/1\.1 201 /);
    expect((await client.send('GET', '/v2/app/manifests/slow')).body).toEqual(manifest);
  });

  test('one that has said all and closed its side is still answered', async () => {
    const socket = await open();
    const answer = all(socket);
    socket.end(head('GET', '/v2/app/tags/list', 'Connection: close\r\n'));

    expect(await answer).toMatch(/^HTTP\/1\.1 200 .*"name":"app"/s);
  });

  test('one that closes its side in the middle of a chunk finds what it sent, and goes on', async () => {
    const bytes = aBlob(50_000);
    const location = locationOf(await client.send('POST', '/v2/app/blobs/uploads/'));
    const socket = await open(head('PATCH', location, `Content-Length: ${bytes.length}\r\n`));
    const closed = all(socket);
    socket.end(bytes.subarray(0, 20_000));
    await closed;

    await expect
      .poll(async () => (await client.send('GET', location)).headers['range'], { timeout: 5_000 })
      .toBe('0-19999');
    const body = bytes.subarray(20_000);
    const headers = { 'Content-Range': `20000-${bytes.length - 1}` };
    const end = await client.send('PUT', withQuery(location, `digest=${digestOf(bytes)}`), { body, headers });
    expect(end.status).toBe(201);
  });

  test('one that goes away, or stops reading, in the middle of a download disturbs nobody', async () => {
    const { digest } = await pushBlob(client, 'app', aBlob(20_000_000));
    const path = `/v2/app/blobs/${digest}`;
    const { hostname, port } = new URL(berth.url);
    const stopped = await open(head('GET', path));
    stopped.pause();
    const gone = httpRequest({ hostname, port, path, headers: { Authorization: berth.authorization } });
    gone.on('error', () => {});
    gone.end();
    const [response] = await once(gone, 'response');
    response.on('error', () => {});
    await once(response, 'data');
    gone.destroy();

    const whole = await client.send('GET', path);

    expect(whole.body.length).toBe(20_000_000);
    expect(digestOf(whole.body)).toBe(digest);
    stopped.destroy();
  });

  test('a body that is refused early leaves the connection good for the next request', async () => {
    const socket = await open();
    const answer = all(socket);
    const body = 'x'.repeat(100_000);
    socket.write(head('PUT', '/v2/NOT-A-NAME/manifests/v1', `Content-Length: ${body.length}\r\n`) + body);
    socket.write(head('PUT', '/v2/app/manifests/v1', 'Content-Length: 4194305\r\n') + 'x'.repeat(4_194_305));
    // Half of this one is read before it is known to be too long.
    const chunk = `${(5 * 1024 * 1024).toString(16)}\r\n${'x'.repeat(5 * 1024 * 1024)}\r\n0\r\n\r\n`;
    socket.write(head('PUT', '/v2/app/manifests/v1', 'Transfer-Encoding: chunked\r\n') + chunk);
    socket.write(head('GET', '/v2/app/tags/list', 'Connection: close\r\n'));

    const statuses = [...(await answer).matchAll(/HTTP\/1\.1 (\d+)/g)].map((it) => it[1]);
    expect(statuses).toEqual(['400', '413', '413', '200']);
  });

  test('nothing of it is logged as a fault of ours', () => {
    expect(berth.log.filter((it) => it['level'] === 'error')).toEqual([]);
  });
});
