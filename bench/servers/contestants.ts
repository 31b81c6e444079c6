import { join } from 'node:path';
import { startBalancer } from '../../test/deploy/balancer.ts';
import { startBerth } from './berth.ts';
import { startPeerOnS3 } from './peer.ts';
import type { Server } from './server.ts';
import { startSharedStorage } from './shared-storage.ts';

const NODES = 2;
/** Of the node that keeps layers near: more than a run pushes to it. */
const CACHE_GIB = '8';

/** All that run at a time and are measured in turn; each has a database and a bucket, or a folder, of its own. */
export interface Contestants {
  /** One Berth on PostgreSQL and S3. */
  readonly node: Server;
  /** Another, with a layer cache. */
  readonly cached: Server;
  /** Two of them behind haproxy. */
  readonly nodes: Server;
  /** One Berth on SQLite and files. */
  readonly embedded: Server;
  /** On the same S3; undefined where there is no peer. */
  readonly peer: Server | undefined;
  stop(): Promise<void>;
}

/** Starts them below `dir`, and the storage that they share. */
export async function startContestants(dir: string, hasPeer: boolean): Promise<Contestants> {
  const opened = new AsyncDisposableStack();
  const started = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const it = await starting;
    opened.defer(() => it.stop());
    return it;
  };
  try {
    const storage = await started(startSharedStorage());
    const node = await started(startBerth(join(dir, 'node'), await storage.newInstallation()));
    const caching = { ...(await storage.newInstallation()), BERTH_S3_CACHE: CACHE_GIB };
    const cached = await started(startBerth(join(dir, 'cached'), caching));

    const shared = await storage.newInstallation();
    const all: Server[] = [];
    for (let i = 0; i < NODES; i++) all.push(await started(startBerth(join(dir, `nodes-${i}`), shared)));
    const addresses = all.map((it) => new URL(it.url).host);
    const balancer = await started(startBalancer('haproxy', { nodes: addresses }));
    const headers = all[0]?.headers ?? {};
    const nodes = { name: 'nodes', url: `http://${balancer.host}`, headers, pid: 0, stop: async () => undefined };

    return {
      node,
      cached,
      nodes,
      embedded: await started(startBerth(join(dir, 'embedded'))),
      peer: hasPeer ? await started(startPeerOnS3(join(dir, 'peer'), storage.s3)) : undefined,
      stop: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}
