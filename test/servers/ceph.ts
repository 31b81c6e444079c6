// A real S3: one Ceph cluster in memory (a monitor, an object daemon) and its gateway, in about two seconds.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SYSTEM_PATH, withNewest } from '../clients/client.ts';
import { attempt, run } from '../clients/run.ts';
import { freePorts } from './free-ports.ts';

export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A new, empty bucket. */
  createBucket(): Promise<string>;
  /** Ends the gateway as a power cut would. What it had acknowledged stays. */
  kill(): Promise<void>;
  /** Starts the gateway again, at the same address, once it was killed. */
  restart(): Promise<void>;
  /** What it has is enough from now on, as it seems to it: it keeps writes waiting, and serves reads. */
  fill(): Promise<void>;
  /** Ends that; it takes a moment to notice. */
  makeRoom(): Promise<void>;
  /** Ends everything and removes its folder. */
  stop(): Promise<void>;
}

const PROGRAMS = ['ceph', 'ceph-mon', 'ceph-osd', 'monmaptool', 'radosgw', 'radosgw-admin'];
const REGION = 'us-east-1';
const ACCESS_KEY_ID = 'BERTHTESTS3';
const SECRET_ACCESS_KEY = 'secret-of-the-tests';
const ENVIRONMENT = { PATH: SYSTEM_PATH };

/** One suite that needs Ceph; skipped, or failing, where it is missing. */
export function withCeph(title: string, define: () => void): void {
  withNewest(title, PROGRAMS, define);
}

interface CephOptions {
  /** How much it can hold, all of it in memory. Default: 4 GiB. */
  readonly capacityInGib?: number;
}

/** Starts an S3 of the caller's own. */
export async function startCeph({ capacityInGib = 4 }: CephOptions = {}): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-ceph-'));
  const daemons: Daemons = daemonsIn(folder);
  const stop = async () => {
    await daemons.kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [monitorPort = 0, gatewayPort = 0] = await freePorts(2);
    await startCluster(folder, daemons, { monitorPort, gatewayPort, capacityInGib });
    const endpoint = `http://127.0.0.1:${gatewayPort}`;
    await startGateway(daemons, endpoint);
    return serverAt(endpoint, folder, daemons, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

function serverAt(endpoint: string, folder: string, daemons: Daemons, stop: () => Promise<void>): S3Server {
  const credentials = { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET_ACCESS_KEY };
  return {
    endpoint,
    region: REGION,
    ...credentials,
    async createBucket() {
      const bucket = `berth-${crypto.randomUUID()}`;
      const client = new S3Client({ endpoint, region: REGION, credentials, forcePathStyle: true });
      await client.send(new CreateBucketCommand({ Bucket: bucket })).finally(() => client.destroy());
      return bucket;
    },
    kill: () => daemons.kill('radosgw'),
    restart: () => startGateway(daemons, endpoint),
    async fill() {
      await askDaemon(folder, { prefix: 'injectfull', type: 'full' });
      while (!(await isSaidFull(folder))) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    makeRoom: async () => void (await askDaemon(folder, { prefix: 'injectfull', type: 'none' })),
    stop,
  };
}

interface Plan {
  readonly monitorPort: number;
  readonly gatewayPort: number;
  readonly capacityInGib: number;
}

async function startCluster(folder: string, daemons: Daemons, plan: Plan): Promise<void> {
  const fsid = crypto.randomUUID();
  const osdId = crypto.randomUUID();
  await Promise.all(['mon', 'osd', 'rgw'].map((name) => mkdir(join(folder, name))));
  await writeFile(join(folder, 'keyring'), '');
  await writeFile(join(folder, 'ceph.conf'), configuration(folder, fsid, plan));
  const tool = (program: string, ...args: string[]) =>
    run(program, args, { env: ENVIRONMENT, cwd: folder, timeoutMs: 30_000 });
  const conf = ['-c', join(folder, 'ceph.conf')];

  const map = join(folder, 'monmap');
  const address = `[v1:127.0.0.1:${plan.monitorPort}]`;
  await tool('monmaptool', '--create', '--clobber', '--fsid', fsid, '--addv', 'a', address, map);
  await tool('ceph-mon', ...conf, '--mkfs', '-i', 'a', '--monmap', map, '--keyring', join(folder, 'keyring'));
  daemons.start('ceph-mon', '-i', 'a');
  await tool('ceph', ...conf, 'osd', 'new', osdId);
  await tool('ceph-osd', ...conf, '-i', '0', '--mkfs', '--osd-uuid', osdId);
  await startObjectDaemon(folder, daemons);
  const keys = [`--access-key=${ACCESS_KEY_ID}`, `--secret-key=${SECRET_ACCESS_KEY}`];
  await makeUser(['radosgw-admin', ...conf, 'user', 'create', '--uid=berth', '--display-name=berth', ...keys], folder);
}

/** The program sometimes crashes when all is done and told, on its way out. */
async function makeUser([program = '', ...args]: readonly string[], folder: string): Promise<void> {
  const { code, stdout, stderr } = await attempt(program, args, { env: ENVIRONMENT, cwd: folder, timeoutMs: 30_000 });
  if (code !== 0 && !stdout.trimEnd().endsWith('}')) throw new Error(`no user was made: ${code}\n${stdout}${stderr}`);
}

/**
 * Resolves once pools can be used: who asks for one before may wait for ever. The daemon ends at once when it speaks
 * to the monitor before it has learnt the cluster's id, which is a race of its own threads; then it is started again.
 */
async function startObjectDaemon(folder: string, daemons: Daemons): Promise<void> {
  const deadline = Date.now() + 30_000;
  let daemon = daemons.start('ceph-osd', '-i', '0');
  while (!(await askDaemon(folder, { prefix: 'status' })).includes('"state": "active"')) {
    if (Date.now() > deadline) {
      throw new Error(`the object daemon did not come up: ${await daemons.lastWords('osd.0')}`);
    }
    if (hasEnded(daemon)) daemon = daemons.start('ceph-osd', '-i', '0');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether the monitor has told everybody that there is no room; a busy one may not answer. */
async function isSaidFull(folder: string): Promise<boolean> {
  const args = ['-c', join(folder, 'ceph.conf'), 'osd', 'dump'];
  const { stdout } = await attempt('ceph', args, { env: ENVIRONMENT, cwd: folder, timeoutMs: 30_000 });
  return /^pool .* flags \S*\bfull\b/m.test(stdout);
}

/** What the object daemon answers at its admin socket; nothing while it does not listen. */
async function askDaemon(folder: string, command: Readonly<Record<string, string>>): Promise<string> {
  const socket = connect(join(folder, 'osd.0.asok'));
  try {
    socket.write(`${JSON.stringify(command)}\0`);
    const answer = Buffer.concat(await socket.toArray());
    return answer.subarray(4).toString(); // Behind the length.
  } catch {
    return '';
  } finally {
    socket.destroy();
  }
}

async function startGateway(daemons: Daemons, endpoint: string): Promise<void> {
  const gateway = daemons.start('radosgw', '-n', 'client.rgw.a');
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answered = await fetch(endpoint, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    await answered?.arrayBuffer();
    if (answered?.ok) return;
    if (hasEnded(gateway) || Date.now() > deadline) {
      throw new Error(`the gateway did not come up: ${await daemons.lastWords('client.rgw.a')}`);
    }
    // A daemon of others gives no sign on a pipe that it is ready; asking it is all that there is.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function hasEnded(daemon: ChildProcess): boolean {
  return daemon.exitCode !== null || daemon.signalCode !== null;
}

interface Daemons {
  start(program: string, ...args: string[]): ChildProcess;
  /** Kills the daemons of that program, or all of them, and waits until they are gone. */
  kill(program?: string): Promise<void>;
  /** The end of that daemon's log. */
  lastWords(name: string): Promise<string>;
}

function daemonsIn(folder: string): Daemons {
  const running = new Map<ChildProcess, string>();
  return {
    start(program, ...args) {
      // The kernel ends the daemon when the process of the tests ends, however that may be.
      const command = ['--pdeathsig', 'KILL', program, '-f', '-c', join(folder, 'ceph.conf'), ...args];
      const child = spawn('setpriv', command, { cwd: folder, env: ENVIRONMENT, stdio: 'ignore' });
      running.set(child, program);
      child.once('exit', () => running.delete(child));
      child.once('error', () => running.delete(child));
      return child;
    },
    async kill(program) {
      const ending = [...running].filter(([, name]) => program === undefined || name === program);
      await Promise.all(
        ending.map(async ([child]) => {
          const gone = once(child, 'exit');
          child.kill('SIGKILL');
          await gone;
        }),
      );
    },
    async lastWords(name) {
      return (await readFile(join(folder, `${name}.log`), 'utf8').catch(() => '')).slice(-2000);
    },
  };
}

/** The least that serves S3, quickly: no authentication within the cluster, one copy of everything, in memory. */
function configuration(folder: string, fsid: string, { monitorPort, gatewayPort, capacityInGib }: Plan): string {
  return `[global]
fsid = ${fsid}
mon host = v1:127.0.0.1:${monitorPort}
public addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 5000
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = ${capacityInGib * 2 ** 30}
# What a gateway that was killed was listening to is not waited for by its successor.
osd client watch timeout = 1
osd class load list = *
osd class default list = *
run dir = ${folder}
admin socket = ${folder}/$name.asok
log file = ${folder}/$name.log
pid file = ${folder}/$name.pid
keyring = ${folder}/keyring
[mon.a]
mon data = ${folder}/mon
# Without it each step of the start waits for seconds.
paxos propose interval = 0.05
[osd.0]
osd data = ${folder}/osd
[client.rgw.a]
# Without tcp_nodelay each answer that has a body comes 40 ms late.
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort} tcp_nodelay=1
rgw data = ${folder}/rgw
rgw dynamic resharding = false
# What was removed is freed soon, not two hours later: all of it is memory.
rgw gc obj min wait = 5
rgw gc processor period = 2
rgw gc processor max time = 2
rgw run sync thread = false
`;
}
