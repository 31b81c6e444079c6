import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { stalls } from './stalls.ts';

const STALL_MS = 40;
let server: Server;

async function start(listener: RequestListener): Promise<Socket> {
  server = createServer(listener);
  stalls(server, { stallMs: STALL_MS, leftoverMs: STALL_MS });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const socket = connect(address.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  return socket;
}
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test('a client that says nothing is let go', async () => {
  const socket = await start(() => {});

  await once(socket, 'close');
});

test('a client that stops in the middle of a body is let go', async () => {
  const socket = await start((request) => request.resume());
  socket.write('PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');

  await once(socket, 'close');
});

test('a client that was answered before its body came is let go when the body never comes', async () => {
  const socket = await start((_, response) => response.writeHead(401).end());
  socket.write('PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf');

  await once(socket, 'close');
});

test('a client that waits while the server works is kept', async () => {
  const socket = await start((_, response) => {
    setTimeout(() => response.end('done'), 4 * STALL_MS);
  });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');

  const [data] = await once(socket, 'data');

  expect(String(data)).toContain('200 OK');
});
