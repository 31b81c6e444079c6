// What docs/sizing.md counts with: what a push and a pull ask of PostgreSQL and S3, and what a row weighs. A figure that
// no longer holds is changed there too.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBerth, type TestBerth } from '../berth.ts';
import { newest, SYSTEM_PATH, withNewest } from '../clients/client.ts';
import { addImage, newLayout } from '../clients/images.ts';
import { run } from '../clients/run.ts';
import { startCeph, withCeph } from '../servers/ceph.ts';
import { type PostgresServer, startPostgres, withPostgres } from '../servers/postgres.ts';
import { type CountingProxy, countingProxy } from './counting-proxy.ts';
import { rowWeights } from './row-weights.ts';

const MIB = 1024 * 1024;
const STATEMENTS = ['shared_preload_libraries=pg_stat_statements'];

withNewest('what skopeo costs', ['skopeo'], () => {
  withPostgres('PostgreSQL', () => {
    withCeph('and S3', costs);
  });
});

function costs(): void {
  const opened = new AsyncDisposableStack();
  let postgres: PostgresServer;
  let s3: CountingProxy;
  let berth: TestBerth;
  let home: string;
  beforeAll(async () => {
    home = opened.adopt(await mkdtemp(join(tmpdir(), 'berth-costs-')), (it) => rm(it, { recursive: true }));
    postgres = opened.adopt(await startPostgres({ tcp: true, extra: STATEMENTS }), (it) => it.stop());
    await postgres.query('create extension pg_stat_statements');
    const ceph = opened.adopt(await startCeph(), (it) => it.stop());
    s3 = opened.adopt(await countingProxy(ceph.endpoint), (it) => it.stop());
    const settings = {
      database: await postgres.createDatabase(),
      storage: { bucket: await ceph.createBucket(), prefix: '' },
      s3Endpoint: s3.endpoint,
      s3Region: ceph.region,
      s3AccessKeyId: ceph.accessKeyId,
      s3SecretAccessKey: ceph.secretAccessKey,
    };
    berth = opened.adopt(await startBerth({ settings }), (it) => it.stop());
    await berth.createRepository('app');
    const layout = newLayout(join(home, 'layout'));
    for (const name of ['first', 'ten']) layout.name(addImage(layout, { note: name, layers: 10 }), name);
    const content = randomBytes(100 * MIB);
    layout.name(addImage(layout, { note: 'big', layers: 1, files: [{ path: 'big', content }] }), 'big');
    // What a process asks once is not counted.
    await push('first');
  });
  afterAll(() => opened.disposeAsync());

  const copy = (...args: string[]) => {
    const env = { PATH: SYSTEM_PATH, HOME: home };
    return run(newest('skopeo').program, ['--insecure-policy', 'copy', ...args], { env, cwd: home });
  };
  const login = () => `AWS:${berth.password}`;
  const address = (name: string) => `docker://${berth.host}/app:${name}`;
  const push = (name: string) =>
    copy('--dest-tls-verify=false', '--dest-creds', login(), `oci:layout:${name}`, address(name));
  const pull = (name: string) => copy('--src-tls-verify=false', '--src-creds', login(), address(name), `dir:${name}`);

  /** What `work` asked of S3, and its transactions on PostgreSQL: all, and those that wrote. */
  async function costOf(work: () => Promise<unknown>) {
    await postgres.query('select pg_stat_statements_reset()');
    s3.take();
    await work();
    const calls = (like: string) => `coalesce(sum(calls) filter (where query ilike '${like}'), 0)::int`;
    // In one look: more of it is written down meanwhile.
    const [row] = await postgres.query(
      `select ${calls('commit')} as commits, ${calls('insert into commits %')} as writes,
        ${calls('insert into "audit_events" %do update%')} as records, ${calls('%"leases"%')} as looks
      from pg_stat_statements`,
    );
    // What was done is written down, and what follows from it looked after, so many times in a second, however much it
    // was: a slow machine does it more often in one push.
    const batches = Number(row?.['records']) + Number(row?.['looks']);
    return {
      s3: s3.take(),
      transactions: Number(row?.['commits']) - batches,
      writes: Number(row?.['writes']) - batches,
    };
  }

  test('an image of ten small layers is one PutObject for each of them and its config, and a pull one GetObject', async () => {
    const pushed = await costOf(() => push('ten'));
    const pulled = await costOf(() => pull('ten'));

    expect(pushed.s3).toMatchObject({ PutObject: 11 });
    expect(sum(pushed.s3)).toBeLessThanOrEqual(3 * 11);
    expect(pulled.s3).toEqual({ GetObject: 11 });
    // And some of those.
    expect(pushed.writes).toBeLessThanOrEqual(5 * 11 + 1 + 5);
    expect(pushed.transactions).toBeLessThanOrEqual(13 * 11);
    expect(pulled.transactions).toBeLessThanOrEqual(2 * 12);
    // None for what is pulled: pulls and what they are billed at are written down in batches, some in a few seconds.
    expect(pulled.writes).toBeLessThan(11);
  });

  test('a layer of 100 MiB is one request for each 8 MiB, and a few more', async () => {
    const pushed = await costOf(() => push('big'));
    const pulled = await costOf(() => pull('big'));

    expect(pushed.s3).toMatchObject({ CreateMultipartUpload: 1, UploadPart: 13, CompleteMultipartUpload: 1 });
    expect(sum(pushed.s3)).toBeLessThanOrEqual(13 + 10);
    expect(pulled.s3).toEqual({ GetObject: 2 });
    // As many as for a small one: the length of a layer costs the database next to nothing.
    expect(pushed.transactions).toBeLessThanOrEqual(13 * 2 + 1);
  });

  test('rows weigh what the page says, or less', async () => {
    const weights = await rowWeights(postgres);

    for (const [table, most] of Object.entries({
      objects: 640,
      layers: 600,
      images: 3150,
      image_layers: 150,
      tags: 650,
    })) {
      expect(weights, table).toHaveProperty(table);
      expect(weights[table as keyof typeof weights], table).toBeLessThanOrEqual(most);
    }
  });
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
