import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Meter, Used } from '../world.ts';

/**
 * Counts the bytes of a manifest or layer that `response` sends: all of them as soon as its head is written, so that a
 * process that is killed a moment later has counted what it sent; and without those that a client who went away did not
 * take, once that is known.
 */
export function meterAnswer(
  meter: Meter,
  { request, response, address }: Answering,
  what: Pick<Used, 'registry' | 'repositoryName' | 'operation'>,
): void {
  if (request.method !== 'GET') return;
  const { socket } = request;
  const writeHead = response.writeHead.bind(response);
  const counted = (...head: Parameters<typeof writeHead>) => {
    writeHead(...head);
    if (response.statusCode !== 200 && response.statusCode !== 206) return response;
    const length = Number(response.getHeader('content-length') ?? 0);
    const before = socket.bytesWritten;
    meter.addSent({ ...what, address, quantity: length });
    response.once('close', () => {
      if (response.writableFinished) return;
      const sent = Math.min(length, socket.bytesWritten - before);
      meter.addSent({ ...what, address, quantity: sent - length });
    });
    return response;
  };
  // Of its two forms each hands on what it was given.
  response.writeHead = counted as typeof response.writeHead;
}

interface Answering {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the client. */
  readonly address: string | undefined;
}
