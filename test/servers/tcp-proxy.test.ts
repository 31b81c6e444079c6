import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TcpProxy, tcpProxy } from './tcp-proxy.ts';

/** Gives back what it gets. */
let echo: ReturnType<typeof createServer>;
let echoing: Set<Socket>;
let proxy: TcpProxy;
let opened: Socket[];

beforeEach(async () => {
  opened = [];
  echoing = new Set();
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    echoing.add(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  if (address === null || typeof address === 'string') throw new Error('a port was expected');
  proxy = await tcpProxy({ port: address.port, host: '127.0.0.1' });
});
afterEach(async () => {
  for (const socket of opened) socket.destroy();
  await proxy.stop();
  for (const socket of echoing) socket.destroy();
  echo.close();
  await once(echo, 'close');
});

function open(): Socket {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined); // Whoever waits for it hears of it all the same.
  opened.push(socket);
  return socket;
}

async function say(socket: Socket, words: string): Promise<string> {
  socket.write(words);
  const [heard] = await once(socket, 'data');
  return String(heard);
}

/** What the promise came to within the time: for what must not come. */
function within<T>(ms: number, promise: Promise<T>): Promise<T | 'nothing'> {
  const quiet = promise.catch((error: NodeJS.ErrnoException) => error.code as T);
  return Promise.race([quiet, new Promise<'nothing'>((resolve) => setTimeout(resolve, ms, 'nothing'))]);
}

test('it passes bytes both ways, whole, and the end of each side', async () => {
  const sent = Buffer.alloc(20 * 1024 * 1024, 'bytes ');
  const socket = open();
  socket.end(sent);
  expect((await buffer(socket)).equals(sent)).toBe(true);
  expect(proxy.counts).toMatchObject({ accepted: 1, bytesUp: sent.length, bytesDown: sent.length });
});

test('it leads to a unix socket', async () => {
  const path = join(tmpdir(), `berth-proxy-${crypto.randomUUID()}`);
  const server = createServer((socket) => socket.end('from the socket'));
  server.listen(path);
  await once(server, 'listening');
  proxy.leadTo({ path });
  expect(await text(open())).toBe('from the socket');
  server.close();
});

test('in a partition nobody hears anything and connects hang; what was sent arrives when it heals', async () => {
  const socket = open();
  expect(await say(socket, 'before')).toBe('before');
  await proxy.set('partition');

  const answer = say(socket, 'meanwhile');
  const late = open();
  const connected = once(late, 'connect');
  expect(await within(300, Promise.race([answer, connected]))).toBe('nothing');

  await proxy.set('pass');
  expect(await answer).toBe('meanwhile');
  await connected;
  expect(await say(late, 'after')).toBe('after');
});

test('who leaves during a partition is missed when it heals', async () => {
  const socket = open();
  await say(socket, 'hello');
  const [other] = echoing;
  if (other === undefined) throw new Error('nobody connected');
  await proxy.set('partition');
  const left = new Promise((resolve) => other.once('close', resolve));
  socket.resetAndDestroy();
  expect(await within(200, left)).toBe('nothing');
  await proxy.set('pass');
  await left;
});

test('a stall takes connections and forwards nothing until it ends', async () => {
  await proxy.set('stall');
  const socket = open();
  await once(socket, 'connect');
  const answer = say(socket, 'hello');
  expect(await within(200, answer)).toBe('nothing');
  await proxy.set('pass');
  expect(await answer).toBe('hello');
});

test('it refuses: what is open is reset, new connects are refused, and it comes back on the same port', async () => {
  const socket = open();
  await say(socket, 'hello');
  const broken = once(socket, 'end');
  await proxy.set('refuse');
  await expect(broken).rejects.toThrow('ECONNRESET');
  await expect(once(open(), 'connect')).rejects.toThrow('ECONNREFUSED');
  await proxy.set('pass');
  expect(await say(open(), 'again')).toBe('again');
});

test('it resets what is open, once or for as long as it is told', async () => {
  const socket = open();
  await say(socket, 'hello');
  const broken = once(socket, 'end');
  proxy.resetAll();
  await expect(broken).rejects.toThrow('ECONNRESET');
  expect(await say(open(), 'again')).toBe('again');

  await proxy.set('reset');
  await expect(once(open(), 'data')).rejects.toThrow('ECONNRESET');
});

test('a delay holds in each direction, whatever the bytes, and does not take them apart', async () => {
  const socket = open();
  await once(socket, 'connect');
  proxy.delay(60);
  const startedAt = performance.now();
  expect(await say(socket, 'hello')).toBe('hello');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(115);
  const sent = Buffer.alloc(3_000_000, 'abc');
  socket.end(sent);
  expect((await buffer(socket)).equals(sent)).toBe(true);
});

test('who cannot be reached behind it resets the client', async () => {
  echo.close();
  await once(echo, 'close');
  await expect(once(open(), 'data')).rejects.toThrow('ECONNRESET');
  // For the end of the test: it closes the server once more.
  echo = createServer().listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
