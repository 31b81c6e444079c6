// A way to PostgreSQL on which the messages that commit get lost.
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * What becomes of the next commit. `lose-answer`: the server does it, and the connection breaks before its answer comes.
 * `lose-request`: the connection breaks before the server hears of it. `hold`: the connection breaks for the client
 * alone, and the server hears of it when it is released.
 */
type Fate = 'pass' | 'lose-answer' | 'lose-request' | 'hold';

export interface CommitProxy {
  url(database: string): string;
  /** Of the next commit; those behind it pass. */
  next(fate: Fate): void;
  /** Lets the server have the commit that was held; answers what it says. */
  release(): Promise<string>;
  /** Breaks what is open, for the client alone: the server does not hear of it. */
  breakClients(): void;
  stop(): Promise<void>;
}

export async function commitProxy(server: { folder: string; port: number }): Promise<CommitProxy> {
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  let fate: Fate = 'pass';
  let held: { upstream: Socket; message: Buffer } | undefined;

  const proxy = createServer((client) => {
    const upstream = connect(`${server.folder}/.s.PGSQL.${server.port}`);
    let isDeaf = false;
    clients.add(client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('close', () => clients.delete(client));
    client.on('data', (message: Buffer) => {
      const current =
        message.includes('INSERT INTO commits (id, is_abandoned) VALUES') && isCommit(message) ? fate : 'pass';
      if (current === 'pass') {
        upstream.write(message);
        return;
      }
      fate = 'pass';
      isDeaf = true;
      if (current === 'lose-request') {
        upstream.destroy();
        client.destroy();
      } else if (current === 'hold') {
        held = { upstream, message };
        client.destroy();
      } else {
        upstream.write(message);
        upstream.once('data', () => {
          client.destroy();
          upstream.destroy();
        });
      }
    });
    upstream.on('data', (answer: Buffer) => {
      if (!isDeaf) client.write(answer);
    });
    upstream.on('close', () => client.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('a port was expected');

  return {
    url: (database) => `postgres://berth@127.0.0.1:${address.port}/${database}?sslmode=disable`,
    next(asked) {
      fate = asked;
    },
    async release() {
      if (!held) throw new Error('no commit was held');
      const { upstream, message } = held;
      upstream.write(message);
      const [answer]: unknown[] = await once(upstream, 'data');
      upstream.destroy();
      return String(answer);
    },
    breakClients() {
      for (const client of clients) client.destroy();
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => proxy.close(closed));
    },
  };
}

/** The work's own, rather than the question what became of one. */
function isCommit(message: Buffer): boolean {
  return message.includes('COMMIT') && !message.includes('READ COMMITTED');
}
