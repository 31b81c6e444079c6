import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BerthProcess, berthProcess } from './berth-process.ts';
import { type TcpProxy, tcpProxy } from './servers/tcp-proxy.ts';

/** One Berth of a cluster, a process of its own, that reaches everything else through proxies of its own. */
export interface ClusterNode {
  readonly name: string;
  /** `127.0.0.1:PORT`, past the balancer. It stays the same over a restart. */
  readonly host: string;
  readonly url: string;
  /** Between this node and PostgreSQL. */
  readonly database: TcpProxy;
  /** Between this node and S3. */
  readonly store: TcpProxy;
  readonly isRunning: boolean;
  /** Its log so far, since it was last started. */
  log(): Readonly<Record<string, unknown>>[];
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGTERM: resolves with the exit status when it has finished what it had. */
  drain(): Promise<number | NodeJS.Signals>;
  /** Starts it, once it has ended; it serves when this resolves. Variables are added to those of the cluster. */
  start(environment?: Readonly<Record<string, string>>): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

interface NodeOptions {
  readonly name: string;
  readonly port: number;
  /** The variables of its settings, but for the addresses of its own proxies. */
  readonly environment: Readonly<Record<string, string>>;
  /** In which the port is replaced by that of its proxy. */
  readonly databaseUrl: string;
  /** `http://HOST:PORT` of S3. */
  readonly endpoint: string;
}

/** Makes a node; `start` starts it. */
export async function clusterNode({
  name,
  port,
  environment,
  databaseUrl,
  endpoint,
}: NodeOptions): Promise<ClusterNode> {
  const dataDir = await mkdtemp(join(tmpdir(), 'berth-node-'));
  const database = await tcpProxy(addressIn(databaseUrl));
  const store = await tcpProxy(addressIn(endpoint));
  const own = {
    ...environment,
    BERTH_DATABASE: withPort(databaseUrl, database.port),
    BERTH_S3_ENDPOINT: withPort(endpoint, store.port).replace(/\/$/, ''),
  };
  let running: BerthProcess | undefined;

  const end = async (signal: NodeJS.Signals) => {
    const ending = running;
    running = undefined;
    return (await ending?.kill(signal)) ?? 0;
  };
  return {
    name,
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    database,
    store,
    get isRunning() {
      return running !== undefined;
    },
    log: () => (running?.stdout ?? []).map((line) => JSON.parse(line)),
    async kill() {
      await end('SIGKILL');
    },
    drain: () => end('SIGTERM'),
    async start(more = {}) {
      const flags = ['--host', '127.0.0.1', '--port', `${port}`, '--tls', 'off'];
      running = await berthProcess({ dataDir, flags, environment: { ...own, ...more } });
    },
    async stop() {
      await end('SIGKILL');
      await Promise.all([database.stop(), store.stop()]);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Host and port that an address leads to. */
export function addressIn(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** The same address with another port. */
export function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = `${port}`;
  return changed.href;
}
