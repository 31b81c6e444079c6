import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Meter, Used } from '../world.ts';

/**
 * Counts the bytes of a manifest or layer that `response` is going to send, when it is over: all of them, or, where the
 * client went away before, those that were handed to the connection until then.
 */
export function meterAnswer(
  meter: Meter,
  { request, response, address }: Answering,
  what: Pick<Used, 'registry' | 'repositoryName' | 'operation'>,
): void {
  if (request.method !== 'GET') return;
  const { socket } = request;
  const before = socket.bytesWritten;
  response.once('close', () => {
    if (response.statusCode !== 200 && response.statusCode !== 206) return;
    const length = Number(response.getHeader('content-length') ?? 0);
    const quantity = response.writableFinished ? length : Math.min(length, socket.bytesWritten - before);
    meter.addSent({ ...what, address, quantity });
  });
}

interface Answering {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the client. */
  readonly address: string | undefined;
}
