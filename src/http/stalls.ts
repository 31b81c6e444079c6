import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';

const STALL_MS = 60_000;
const LEFTOVER_MS = 10_000;

/**
 * Ends connections whose client stands still for a minute: says nothing, stops in the middle of a body, or does not
 * take its answer. While we are the ones who work, a connection may be silent.
 */
export function stalls(server: Server | TlsServer, { stallMs = STALL_MS, leftoverMs = LEFTOVER_MS } = {}): void {
  const current = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();

  const follow = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    current.set(socket, { request, response });
    response.once('close', () => {
      current.delete(socket);
      // Answered before its body came, as a refusal is: the rest is read and dropped, so that the client sees the
      // answer and not a reset, but not for ever.
      if (request.complete || socket.destroyed) return;
      const timer = setTimeout(() => socket.destroy(), leftoverMs);
      request.once('close', () => clearTimeout(timer));
      socket.once('close', () => clearTimeout(timer));
    });
  };
  server.on('request', follow);
  server.on('checkContinue', follow);

  server.setTimeout(stallMs, (socket: Socket) => {
    const exchange = current.get(socket);
    if (exchange && isOurTurn(exchange)) return;
    socket.destroy();
  });
}

function isOurTurn({ request, response }: { request: IncomingMessage; response: ServerResponse }): boolean {
  const waitsForBody = !request.complete && request.readableLength === 0;
  return !waitsForBody && !response.writableNeedDrain;
}
