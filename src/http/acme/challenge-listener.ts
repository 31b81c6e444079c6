import { createServer, type Server } from 'node:http';
import type { World } from '../../world.ts';
import { openChallenges } from './state.ts';

const PREFIX = '/.well-known/acme-challenge/';

export interface ChallengeListener {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Plain HTTP for the authority, which looks at port 80 of each name: it answers challenges that are open, whichever node
 * opened them, and sends everybody else to HTTPS. @throws what `listen` rejects with
 */
export async function answerChallenges(
  world: Pick<World, 'metadata' | 'log'>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ChallengeListener> {
  const server = createServer(async ({ url = '', headers }, response) => {
    try {
      const answer = url.startsWith(PREFIX) ? (await openChallenges(world)).get(url.slice(PREFIX.length)) : undefined;
      if (answer !== undefined) response.writeHead(200, { 'Content-Type': 'text/plain' }).end(answer);
      else if (url.startsWith(PREFIX)) response.writeHead(404).end();
      else response.writeHead(308, { Location: `https://${headers.host?.replace(/:\d+$/, '') ?? ''}${url}` }).end();
    } catch (error) {
      world.log.error({ err: error }, 'challenge could not be answered');
      response.writeHead(503).end();
    }
  });
  await listening(server, host, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
