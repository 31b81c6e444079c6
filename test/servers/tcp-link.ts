import type { Socket } from 'node:net';

/** What lies between the two ends of every connection of a proxy. */
export interface Line {
  /** How long bytes are under way. */
  delayMs: number;
  isPassable: boolean;
  /** Resolves when something passes. */
  passable: Promise<void>;
  count(direction: Direction, bytes: number): void;
}

type Direction = 'bytesUp' | 'bytesDown';

/** How much may be under way in one direction: about what a kernel holds for a connection across a continent. */
const MOST_UNDER_WAY = 4 * 1024 * 1024;

/** Carries what two sockets send to each other along `line`, their ends and their breaking included. */
export function link(client: Socket, connectUpstream: () => Socket, line: Line): readonly [Socket, Socket] {
  const upstream = connectUpstream();
  client.setNoDelay(true);
  upstream.setNoDelay(true);
  carry(client, upstream, line, 'bytesUp');
  carry(upstream, client, line, 'bytesDown');
  return [client, upstream];
}

function carry(from: Socket, to: Socket, line: Line, direction: Direction): void {
  /** What is under way; undefined is the end. */
  const queue: { readonly chunk: Buffer | undefined; readonly dueAt: number }[] = [];
  let size = 0;
  let isCarrying = false;

  const send = async (chunk: Buffer | undefined, dueAt: number) => {
    const wait = dueAt - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (!line.isPassable) await line.passable;
    if (to.destroyed) return;
    if (chunk === undefined) to.end();
    else {
      line.count(direction, chunk.length);
      if (!to.write(chunk)) await roomIn(to);
    }
  };
  const carryOn = async () => {
    if (isCarrying) return;
    isCarrying = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await send(next.chunk, next.dueAt);
      size -= next.chunk?.length ?? 0;
      if (size < MOST_UNDER_WAY) from.resume();
    }
    isCarrying = false;
  };
  const put = (chunk: Buffer | undefined) => {
    queue.push({ chunk, dueAt: performance.now() + line.delayMs });
    size += chunk?.length ?? 0;
    if (size >= MOST_UNDER_WAY || !line.isPassable) from.pause();
    void carryOn();
  };

  from.on('data', put);
  from.on('end', () => put(undefined));
  from.on('error', () => undefined); // `close` follows and says so.
  from.on('close', (isBroken) => {
    // The other end hears of it when something passes again.
    void line.passable.then(() => {
      // Only TCP has resets: a socket of the file system is just ended.
      if (isBroken && to.remoteAddress !== undefined) to.resetAndDestroy();
      else if (isBroken) to.destroy();
      else if (!from.readableEnded) to.destroy();
    });
  });
}

/** Resolves when the socket takes more, or never will. */
async function roomIn(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once('drain', resolve).once('close', resolve);
  await promise;
  socket.off('drain', resolve).off('close', resolve);
}
