// What stands behind a balancer when a test asks what the balancer lets through: it tells what came, and when.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';

export interface FakeNode {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** What came so far, health checks aside. */
  readonly requests: readonly IncomingMessage[];
  /** What /readyz answers from now on. */
  readyz: number;
  /** How often that was asked. */
  readonly checks: number;
  stop(): Promise<void>;
}

/** Listens on a free port; `answer` is asked for everything but /readyz. */
export async function startFakeNode(answer: RequestListener): Promise<FakeNode> {
  const requests: IncomingMessage[] = [];
  const health = { readyz: 200, checks: 0 };
  const server = createServer((request, response) => {
    if (request.url === '/readyz') {
      health.checks += 1;
      response.writeHead(health.readyz).end();
    } else {
      requests.push(request);
      answer(request, response);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was expected');
  return Object.assign(health, {
    host: `127.0.0.1:${address.port}`,
    requests,
    async stop() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  });
}
