// A network between a client and a server that fails when a test wants it to.
import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { fillQueue, holdDeaf } from './deaf-port.ts';
import { type Line, link } from './tcp-link.ts';

/**
 * `pass`: as if it were not there. `partition`: nothing arrives on either side, no end is told, and new connects hang; what
 * was sent meanwhile arrives when it heals, unless the sender gave up. `stall`: the same, but connects succeed. `refuse`:
 * what is open is reset and nobody listens. `reset`: what is open, and whatever connects, is reset.
 */
export type ProxyMode = 'pass' | 'partition' | 'stall' | 'refuse' | 'reset';

export interface TcpProxy {
  /** On 127.0.0.1. It stays the same through every mode. */
  readonly port: number;
  readonly mode: ProxyMode;
  /** Resolves when the mode holds. */
  set(mode: ProxyMode): Promise<void>;
  /** From now on bytes arrive `ms` after they were sent, in each direction; 0 ends that. */
  delay(ms: number): void;
  /** Resets what is open once; the mode stays. */
  resetAll(): void;
  /** From now on new connections lead there. */
  leadTo(upstream: NetConnectOpts): void;
  readonly counts: Readonly<ProxyCounts>;
  stop(): Promise<void>;
}

interface ProxyCounts {
  /** Connections that were taken so far. */
  accepted: number;
  /** Those that are open. */
  open: number;
  bytesUp: number;
  bytesDown: number;
}

/** Takes connections on a free port of 127.0.0.1 and carries them to `upstream`, a port or a unix socket. */
export async function tcpProxy(upstream: NetConnectOpts): Promise<TcpProxy> {
  const counts: ProxyCounts = { accepted: 0, open: 0, bytesUp: 0, bytesDown: 0 };
  const pairs = new Set<readonly [Socket, Socket]>();
  const line: Line & { mode: ProxyMode } = {
    mode: 'pass',
    delayMs: 0,
    passable: Promise.resolve(),
    isPassable: true,
    count: (direction, bytes) => {
      counts[direction] += bytes;
    },
  };
  let target = upstream;
  let heal: (() => void) | undefined;

  const take = (client: Socket) => {
    counts.accepted += 1;
    if (line.mode === 'reset') {
      client.resetAndDestroy();
      return;
    }
    const pair = link(client, () => connect({ allowHalfOpen: true, ...target }), line);
    pairs.add(pair);
    counts.open += 1;
    client.once('close', () => {
      pairs.delete(pair);
      counts.open -= 1;
    });
  };
  const listenOn = async (port: number) => {
    const server = createServer({ allowHalfOpen: true }, take);
    server.listen({ port, host: '127.0.0.1', reusePort: true });
    await once(server, 'listening');
    return server;
  };
  let server: Server | undefined = await listenOn(0);
  const port = portOf(server);
  /** Undoes what the mode did to the port; somebody listens again before nobody else holds it. */
  let releasePort: (() => unknown) | undefined;

  const resetAll = () => {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  };
  const set = async (mode: ProxyMode) => {
    if (mode === line.mode) return;
    line.mode = mode;
    const isPassable = mode !== 'partition' && mode !== 'stall';
    if (line.isPassable && !isPassable) {
      line.passable = new Promise((resolve) => {
        heal = resolve;
      });
    }
    line.isPassable = isPassable;

    if (mode === 'refuse' || mode === 'reset') resetAll();
    if (mode === 'refuse') {
      await closeOf(server);
      server = undefined;
    } else if (mode === 'partition') {
      const giveBack = await holdDeaf(port);
      await closeOf(server);
      server = undefined;
      const empty = await fillQueue(port);
      releasePort = async () => {
        await giveBack();
        empty();
      };
    }
    if (mode !== 'refuse' && mode !== 'partition') {
      server ??= await listenOn(port);
      await releasePort?.();
      releasePort = undefined;
    }
    if (isPassable) heal?.();
  };

  return {
    port,
    counts,
    get mode() {
      return line.mode;
    },
    set,
    delay(ms) {
      line.delayMs = ms;
    },
    resetAll,
    leadTo(other) {
      target = other;
    },
    async stop() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await closeOf(server);
      await releasePort?.();
      heal?.();
    },
  };
}

/** Stops listening; what is open stays open. */
async function closeOf(server: Server | undefined): Promise<void> {
  if (server === undefined) return;
  // `close` waits for the open connections too; the port is free at once.
  server.close();
  await new Promise((resolve) => setImmediate(resolve));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was expected');
  return address.port;
}
