import { IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Ids, Log } from '../world.ts';
import { cameFrom } from './came-from.ts';
import { chooseDoor, pathOf } from './choose-door.ts';
import type { Doors } from './door.ts';

/** Bytes of a connection that have been put into a line of the log. */
const counted = new WeakMap<Socket, { readonly read: number; readonly written: number }>();

export interface Handling {
  readonly doors: Doors;
  readonly ids: Pick<Ids, 'uuid'>;
  readonly log: Log;
  /** Which addresses are those of load balancers that say where a request came from. */
  readonly isTrustedProxy: (address: string) => boolean;
  /** Told of each request when it is over. */
  readonly onOver?: ((request: RequestOver) => void) | undefined;
}

/** A request that is over. */
export interface RequestOver {
  /** Undefined where no door was for it. */
  readonly door: keyof Doors | undefined;
  readonly requestId: string;
  /** The header of that name: of whose trace the client says it is part. */
  readonly traceparent: string | undefined;
  readonly method: string;
  /** 0 when the client went away before it had the whole answer. */
  readonly status: number;
  readonly durationMs: number;
  /** What the door noted of it. */
  readonly notes: Readonly<Record<string, unknown>>;
}

/** Answers `request` through the door it is for, and logs one line when it is over. Never rejects. */
export async function handle(
  { doors, ids, log: parent, isTrustedProxy, onOver }: Handling,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  const requestId = ids.uuid();
  const log = parent.child({ requestId });
  const door = chooseDoor(request);
  let notes: Readonly<Record<string, unknown>> = {};
  const { socket } = request;
  response.setHeader('x-amzn-RequestId', requestId);

  response.once('close', () => {
    // Counted from the end of the connection's last request: the head of this one had come before we were called.
    const before = counted.get(socket) ?? { read: 0, written: 0 };
    const after = { read: socket.bytesRead, written: socket.bytesWritten };
    counted.set(socket, after);
    const fields = {
      requestId,
      method: request.method,
      path: pathOf(request.url),
      status: response.statusCode,
      durationMs: Math.round(performance.now() - startedAt),
      bytesIn: after.read - before.read,
      bytesOut: after.written - before.written,
      ...notes,
    };
    const { method = '' } = request;
    const status = response.writableFinished ? response.statusCode : 0;
    const traceparent = request.headers['traceparent']?.toString();
    onOver?.({ door, requestId, traceparent, method, status, durationMs: performance.now() - startedAt, notes });
    if (!response.writableFinished) parent.info(fields, 'request cut off');
    else if (door === 'health') parent.debug(fields, 'request answered');
    else parent.info(fields, 'request answered');
  });

  try {
    if (door === undefined) return notFound(request, response);
    const note = (fields: Readonly<Record<string, unknown>>) => {
      notes = { ...notes, ...fields };
    };
    const from = cameFrom(request, isTrustedProxy);
    await doors[door]({ request, response, requestId, from, log, note });
  } catch (error) {
    log.error({ err: error }, 'request failed');
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'Content-Type': 'text/plain' }).end(`Internal error. Request id: ${requestId}\n`);
  }
}

/** Sends `100 Continue` once, when somebody begins to read the body of `request`, unless it was answered before that. */
export function continueOnRead(request: IncomingMessage, response: ServerResponse): void {
  const tell = response.writeContinue.bind(response);
  let isTold = false;
  response.writeContinue = (whenSent) => {
    if (!isTold && !response.headersSent) tell(whenSent);
    isTold = true;
  };
  request._read = function read(size) {
    response.writeContinue();
    IncomingMessage.prototype._read.call(this, size);
  };
}

function notFound(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(
    `Nothing is at ${JSON.stringify(pathOf(request.url))}. Registry clients use /v2/, the AWS CLI and SDKs POST to /.\n`,
  );
}
