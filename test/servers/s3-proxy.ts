// Stands in front of an S3 and does to single requests what networks and overloaded stores do.
import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { pipeline } from 'node:stream/promises';

/** What a request asks of S3, told by its method and query. */
type Operation =
  | 'put'
  | 'get'
  | 'head'
  | 'remove'
  | 'list'
  | 'begin-parts'
  | 'put-part'
  | 'copy-part'
  | 'list-parts'
  | 'complete-parts'
  | 'abort-parts'
  | 'list-uploads';

export interface Fault {
  readonly on: Operation;
  /** Of those requests, the ones whose path has this in it; without it, all. */
  readonly path?: string;
  /** How many requests it is done to. Default: one. */
  readonly times?: number;
  readonly how: /** The store is not asked: 503, `SlowDown`. */
    | 'slow-down'
    /** The store is not asked: the connection is cut. */
    | 'reset'
    /** The store is not asked, and nothing is answered. */
    | 'silence'
    /** The store does it, and the connection is cut instead of its answer. */
    | 'lose-answer'
    /** The store does it, and 500 is answered. */
    | 'fail-afterwards'
    /** The answer's body is cut off in its middle. */
    | 'truncate'
    /** The answer's body stops in its middle. */
    | 'stall'
    /** A byte of the request's body is changed. */
    | 'damage'
    | { readonly delayMs: number };
}

export interface S3Proxy {
  readonly endpoint: string;
  /** Operations that arrived, in order; with their path where it matters which object it was. */
  readonly seen: readonly { readonly operation: Operation; readonly path: string }[];
  /** Does this to the next requests that fit. Several can be in force. */
  inject(fault: Fault): void;
  /** Resolves when a fault that was injected has been done to as many requests as it was for. */
  done(): Promise<void>;
  stop(): Promise<void>;
}

/** The endpoint is used as the host of requests is signed: the store gets it as the client sent it. */
export async function startS3Proxy(target: string): Promise<S3Proxy> {
  const agent = new Agent({ keepAlive: true });
  const seen: { operation: Operation; path: string }[] = [];
  const pending: { fault: Fault; left: number }[] = [];
  const waiting: (() => void)[] = [];

  function faultFor(operation: Operation, path: string): Fault | undefined {
    const found = pending.find(({ fault }) => fault.on === operation && path.includes(fault.path ?? ''));
    if (!found) return undefined;
    found.left -= 1;
    if (found.left === 0) pending.splice(pending.indexOf(found), 1);
    if (pending.length === 0) for (const wake of waiting.splice(0)) wake();
    return found.fault;
  }

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', target);
    const operation = operationOf(request);
    seen.push({ operation, path: pathname });
    // A client that went away is no concern of ours.
    serve(request, response, faultFor(operation, pathname)?.how).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse, how: Fault['how'] | undefined) {
    if (how === 'reset') return void request.socket.resetAndDestroy();
    if (how === 'silence') return void request.resume();
    if (how === 'slow-down') return answerError(request, response, 503, 'SlowDown');
    if (typeof how === 'object') await new Promise((resolve) => setTimeout(resolve, how.delayMs));

    const answer = await forward(request, how === 'damage');
    if (how === 'lose-answer' || how === 'fail-afterwards') {
      await answer.toArray();
      if (how === 'fail-afterwards') return answerError(request, response, 500, 'InternalError');
      return void request.socket.resetAndDestroy();
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    if (how === 'truncate' || how === 'stall') return serveHalf(request, response, { answer, how });
    response.flushHeaders();
    await pipeline(answer, response);
  }

  async function forward(request: IncomingMessage, isDamaged: boolean): Promise<IncomingMessage> {
    const headers: OutgoingHttpHeaders = { ...request.headers };
    const upstream = httpRequest(new URL(request.url ?? '', target), { method: request.method ?? '', headers, agent });
    const answered = once(upstream, 'response');
    answered.catch(() => {});
    if (isDamaged) {
      const body = Buffer.concat(await request.toArray());
      body[0] = (body[0] ?? 0) ^ 1;
      upstream.end(body);
    } else {
      await pipeline(request, upstream);
    }
    const [answer] = await answered;
    return answer;
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was expected');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    seen,
    inject(fault) {
      pending.push({ fault, left: fault.times ?? 1 });
    },
    async done() {
      if (pending.length > 0) await new Promise<void>((wake) => waiting.push(wake));
    },
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function serveHalf(
  request: IncomingMessage,
  response: ServerResponse,
  { answer, how }: { readonly answer: IncomingMessage; readonly how: 'truncate' | 'stall' },
): Promise<void> {
  const body = Buffer.concat(await answer.toArray());
  await new Promise((written) => response.write(body.subarray(0, body.length >> 1), written));
  if (how === 'truncate') request.socket.end();
}

async function answerError(request: IncomingMessage, response: ServerResponse, status: number, code: string) {
  for await (const _ of request);
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`);
}

function operationOf({ method = '', url = '', headers }: IncomingMessage): Operation {
  const has = (parameter: string) => new URL(url, 'http://any').searchParams.has(parameter);
  if (method === 'POST') return has('uploads') ? 'begin-parts' : has('delete') ? 'remove' : 'complete-parts';
  if (method === 'DELETE') return has('uploadId') ? 'abort-parts' : 'remove';
  if (method === 'HEAD') return 'head';
  if (method === 'PUT') {
    if (!has('partNumber')) return 'put';
    return headers['x-amz-copy-source'] === undefined ? 'put-part' : 'copy-part';
  }
  if (has('uploads')) return 'list-uploads';
  if (has('uploadId')) return 'list-parts';
  return has('list-type') ? 'list' : 'get';
}
