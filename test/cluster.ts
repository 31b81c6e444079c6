// Several real Berths over one PostgreSQL and one S3 behind a balancer, each reaching the others through a network of
// the test's own.
import { randomBytes } from 'node:crypto';
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { sayMissing, withNewest } from './clients/client.ts';
import { addressIn, type ClusterNode, clusterNode, withPort } from './cluster-node.ts';
import { startBalancer } from './deploy/balancer.ts';
import { type S3Server, startCeph } from './servers/ceph.ts';
import { freePorts } from './servers/free-ports.ts';
import { hasPostgres, type PostgresOptions, type PostgresServer, startPostgres } from './servers/postgres.ts';
import { tcpProxy } from './servers/tcp-proxy.ts';

export interface ClusterOptions {
  readonly nodes: number;
  /** How many nodes the balancer knows of: as many as there may be at once. Default: `nodes`. */
  readonly places?: number;
  readonly postgres?: PostgresOptions;
  /** Settings of every node beside those of its storage, as variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Settings of the first node alone. */
  readonly ofFirst?: Readonly<Record<string, string>>;
}

export interface Cluster {
  /** `127.0.0.1:PORT` of the balancer. */
  readonly host: string;
  readonly url: string;
  readonly nodes: readonly ClusterNode[];
  readonly postgres: PostgresServer;
  readonly s3: S3Server;
  /** The cluster's own database, wherever the primary is. */
  readonly databaseUrl: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A login for the user AWS, as an Authorization header. */
  readonly authorization: string;
  /** What a command such as `berth fsck` needs to reach the same data, whatever the nodes' own proxies do. */
  readonly environment: Readonly<Record<string, string>>;
  /** The AWS SDK's client, of the balancer or of the node at `url`; it asks once. */
  ecr(url?: string): ECRClient;
  /** Starts one more in a free place. */
  addNode(): Promise<ClusterNode>;
  /** From now on new connections to the database lead to that server. */
  leadDatabaseTo(server: { readonly port: number }): void;
  /** Ends everything and leaves nothing. */
  stop(): Promise<void>;
}

const REGION = 'us-east-1';

/** One suite that needs all that a cluster is made of; skipped, or failing, where something is missing. */
export function withCluster(title: string, define: () => void): void {
  if (hasPostgres()) withNewest(title, ['ceph', 'ceph-mon', 'ceph-osd', 'radosgw', 'haproxy'], define);
  else sayMissing(title, ['postgresql']);
}

/** Starts a cluster; all of it serves when this resolves. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const opened = new AsyncDisposableStack();
  try {
    return await start(options, opened);
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function start(options: ClusterOptions, opened: AsyncDisposableStack): Promise<Cluster> {
  const { nodes: wanted, places = wanted, environment: more = {}, ofFirst = {} } = options;
  const starting = [startPostgres({ ...options.postgres, tcp: true }), startCeph()] as const;
  for (const it of starting) opened.defer(() => it.then((server) => server.stop()).catch(() => undefined));
  const [postgres, s3] = await Promise.all(starting);
  const [ownUrl, bucket] = await Promise.all([postgres.createDatabase(), s3.createBucket()]);
  const entrance = await tcpProxy(addressIn(ownUrl));
  opened.defer(() => entrance.stop());
  const databaseUrl = withPort(ownUrl, entrance.port);

  const accessKeyId = 'AKIACLUSTER';
  const secretAccessKey = 'secret-of-the-cluster-under-test';
  const environment = {
    BERTH_STORAGE: `s3://${bucket}/layers`,
    BERTH_S3_REGION: s3.region,
    BERTH_S3_ACCESS_KEY_ID: s3.accessKeyId,
    BERTH_S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    BERTH_ROOT_KEY: randomBytes(32).toString('base64'),
    BERTH_ROOT_ACCESS_KEY_ID: accessKeyId,
    BERTH_ROOT_SECRET_ACCESS_KEY: secretAccessKey,
    BERTH_REGION: REGION,
    ...more,
  };

  const ports = await freePorts(places);
  const nodes: ClusterNode[] = [];
  let primaryUrl = ownUrl;
  const addNode = async () => {
    const port = ports[nodes.length];
    if (port === undefined) throw new Error(`the balancer knows of ${places} places, and all are taken`);
    const name = `node${nodes.length + 1}`;
    const own = nodes.length === 0 ? { ...environment, ...ofFirst } : environment;
    const node = await clusterNode({ name, port, environment: own, databaseUrl: primaryUrl, endpoint: s3.endpoint });
    nodes.push(node);
    opened.defer(() => node.stop());
    await node.start();
    return node;
  };
  for (let i = 0; i < wanted; i++) await addNode();

  const balancer = await startBalancer('haproxy', { nodes: ports.map((port) => `127.0.0.1:${port}`) });
  opened.defer(() => balancer.stop());
  const url = `http://${balancer.host}`;
  const credentials = { accessKeyId, secretAccessKey };
  const ecr = (endpoint = url) => new ECRClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });

  return {
    host: balancer.host,
    url,
    nodes,
    postgres,
    s3,
    databaseUrl,
    region: REGION,
    accessKeyId,
    secretAccessKey,
    authorization: `Basic ${await loginOf(ecr(nodes[0]?.url))}`,
    environment: { ...environment, BERTH_DATABASE: databaseUrl, BERTH_S3_ENDPOINT: s3.endpoint },
    ecr,
    addNode,
    leadDatabaseTo({ port }) {
      primaryUrl = withPort(ownUrl, port);
      for (const it of [entrance, ...nodes.map((node) => node.database)]) it.leadTo({ host: '127.0.0.1', port });
    },
    stop: () => opened.disposeAsync(),
  };
}

async function loginOf(ecr: ECRClient): Promise<string> {
  try {
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand());
    return authorizationData?.[0]?.authorizationToken ?? '';
  } finally {
    ecr.destroy();
  }
}
