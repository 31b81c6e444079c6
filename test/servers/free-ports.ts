import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const RANGE = '/proc/sys/net/ipv4/ip_local_port_range';
/** From here on the system gives ports to who asks for any, and to who connects: by IANA, and as Linux is told. */
const GIVEN_FROM = existsSync(RANGE) ? Number.parseInt(readFileSync(RANGE, 'utf8'), 10) : 49_152;
const FIRST = 10_000;
/** Where the system gives nearly all, one that was free a moment ago has to do. */
const BEHIND = GIVEN_FROM >= 2 * FIRST ? GIVEN_FROM : 65_536;

/**
 * Different ports of 127.0.0.1 for programs that must be told one. Until these listen, nobody is given them who asked for
 * any, as all other servers of tests do.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = FIRST + Math.floor(Math.random() * (BEHIND - FIRST));
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
