import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An answer as it came: nothing followed, decoded or retried. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface SendOptions {
  readonly headers?: OutgoingHttpHeaders;
  /** A stream goes out chunked, a buffer with its length. */
  readonly body?: Buffer | Readable;
  /** Instead of the client's own; null sends none. */
  readonly authorization?: string | null;
}

/** Sends paths exactly as they are given: no library between the test and the request line. */
export interface Client {
  readonly url: string;
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
}

export function clientOf(url: string, ownAuthorization: string): Client {
  const { hostname, port, protocol } = new URL(url);
  const start = protocol === 'https:' ? httpsRequest : httpRequest;
  return {
    url,
    send(method, path, { headers = {}, body, authorization = ownAuthorization } = {}) {
      return new Promise((resolve, reject) => {
        const isBuffer = body === undefined || Buffer.isBuffer(body);
        const request = start({
          method,
          hostname: hostname.replaceAll(/[[\]]/g, ''),
          port,
          path: localPath(path),
          headers: {
            ...(authorization !== null && { Authorization: authorization }),
            ...(isBuffer && ['POST', 'PUT', 'PATCH'].includes(method) && { 'Content-Length': body?.length ?? 0 }),
            ...headers,
          },
        });
        request.on('error', reject);
        request.on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
          );
        });
        if (isBuffer) request.end(body);
        else pipeline(body, request).catch(reject);
      });
    },
  };
}

/** A Location may be absolute; what is sent is its path and query. */
function localPath(location: string): string {
  return location.replace(/^https?:\/\/[^/]+/, '');
}

/**
 * Writes `text` on a connection of its own and resolves with all that comes back until the other side closes, or until
 * `until` is in it: for what no HTTP library would send.
 */
export function sendRaw(url: string, text: string | Buffer, until?: RegExp): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port) });
    let received = '';
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(text));
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (until?.test(received)) socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Cut after an answer is an answer.
      if (error.code === 'ECONNRESET' && received !== '') resolve(received);
      else reject(error);
    });
    socket.on('close', () => resolve(received));
  });
}
