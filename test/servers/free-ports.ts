import { once } from 'node:events';
import { createServer } from 'node:net';

/** Different ports of 127.0.0.1 that were free a moment ago: for programs that must be told one. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  return Promise.all(
    servers.map(async (server) => {
      await once(server, 'listening');
      const address = server.address();
      server.close();
      await once(server, 'close');
      if (address === null || typeof address === 'string') throw new Error('a port was expected');
      return address.port;
    }),
  );
}
