import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Metadata, Reading } from '../../src/storage/metadata/port.ts';
import { openPostgres } from '../../src/storage/metadata/postgres.ts';
import { startPgbouncer, withPgbouncer } from '../servers/pgbouncer.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { tcpProxy } from '../servers/tcp-proxy.ts';
import { countUp, makeCounter } from './counter.ts';
import { type Databases, startDatabases } from './databases.ts';
import { blockedSessions, holdLock, waitFor } from './waiting.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

withPgbouncer('a read of one statement on PostgreSQL', () => {
  let databases: Databases;
  let server: PostgresServer;
  let name: string;
  let url: string;
  let ending: (() => Promise<unknown>)[] = [];
  let warnings: string[] = [];
  beforeAll(async () => {
    databases = await startDatabases();
    server = databases.server;
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    ({ name, url } = await databases.create());
    ending = [];
    warnings = [];
  });
  afterEach(async () => {
    await server.startIfEnded();
    for (const end of ending.toReversed()) await end();
  });

  async function opened(url: string, connections = 10): Promise<Metadata> {
    const log = { warn: (_: unknown, message: string) => void warnings.push(message) };
    const metadata = await openPostgres(url, { as: 'owner', connections, log });
    ending.push(metadata.close);
    await makeCounter(metadata);
    return metadata;
  }

  const count = async (tx: Reading) =>
    (await tx.selectFrom('leases').select('fence').where('name', '=', 'counter').executeTakeFirstOrThrow()).fence;
  const setting = (name: string) => async (tx: Reading) =>
    (await sql<{ value: string }>`select current_setting(${name}) as value`.execute(tx)).rows[0]?.value;

  test('is one message, and one back', async () => {
    const proxy = await tcpProxy({ path: `${server.folder}/.s.PGSQL.${server.port}` });
    ending.push(proxy.stop);
    const metadata = await opened(`postgres://berth@127.0.0.1:${proxy.port}/${name}`, 1);
    await metadata.readOne(count);
    proxy.delay(100);
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      const begun = performance.now();
      expect(await metadata.readOne(count)).toBe(1);
      times.push(performance.now() - begun);
    }
    // A second message and its answer would take as long again.
    expect(Math.min(...times)).toBeGreaterThan(190);
    expect(Math.min(...times)).toBeLessThan(390);
    proxy.delay(0);
  });

  test('changes nothing, has its time, and leaves its settings to nobody', async () => {
    const metadata = await opened(url, 1);
    for (let i = 0; i < 3; i++) {
      expect(await metadata.readOne(setting('transaction_read_only'))).toBe('on');
      expect(await metadata.readOne(setting('statement_timeout'))).toBe('3s');
      expect(await metadata.read(setting('statement_timeout'))).toBe('15s');
      expect(await metadata.write(setting('transaction_read_only'))).toBe('off');
    }
  });

  test('is parsed and planned once where the server is at the other end, and each time behind a pooler', async () => {
    const pooler = await startPgbouncer(server, { poolSize: 2 });
    ending.push(pooler.stop);
    const kept = async (tx: Reading) =>
      (await sql<{ n: number }>`select count(*) as n from pg_prepared_statements`.execute(tx)).rows[0]?.n;

    const direct = await opened(url, 1);
    for (let i = 0; i < 4; i++) await direct.readOne(count);
    expect(await direct.read(kept)).toBe(2);

    const pooled = await opened(pooler.through(url), 6);
    for (let i = 0; i < 10; i++) {
      await Promise.all(Array.from({ length: 6 }, () => pooled.readOne(count)));
      await countUp(pooled);
    }
    expect(await pooled.read(kept)).toBe(0);
    expect(warnings).toEqual([]);
  });

  test('keeps no more statements than it should', async () => {
    const metadata = await opened(url, 1);
    for (let i = 0; i < 150; i++) await metadata.readOne((tx) => sql`select ${sql.lit(i)} as n`.execute(tx));
    const { rows } = await metadata.read((tx) =>
      sql<{ n: number }>`select count(*) as n from pg_prepared_statements`.execute(tx),
    );
    expect(rows[0]?.n).toBe(100);
  });

  test('goes on when what is kept was forgotten, or does not fit the tables any more', async () => {
    const metadata = await opened(url, 1);
    const all = (tx: Reading) => tx.selectFrom('leases').selectAll().execute();
    for (let i = 0; i < 3; i++) expect(await metadata.readOne(all)).toHaveLength(1);
    await server.query('alter table leases add column wind text', name);
    for (let i = 0; i < 3; i++) expect((await metadata.readOne(all))[0]).toHaveProperty('wind', null);

    await metadata.write((tx) => sql`deallocate all`.execute(tx));
    for (let i = 0; i < 3; i++) expect(await metadata.readOne(all)).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test('that has to wait longer than a server is waited for is asked again, and waits', async () => {
    const metadata = await opened(url);
    const { release } = await holdLock(server, 42, name);
    let attempts = 0;
    const reading = metadata.readOne(async (tx) => {
      attempts += 1;
      await sql`select pg_advisory_xact_lock_shared(42)`.execute(tx);
      return 'had its turn';
    });
    await waitFor(async () => attempts === 2 && (await blockedSessions(server)) === 1);
    await release();
    expect(await reading).toBe('had its turn');
  });

  test('is not lost with its server, its connection or its way', async () => {
    // One that has nothing else is back soonest.
    const server = await startPostgres({ fsync: true });
    ending.push(server.stop);
    const proxy = await tcpProxy({ path: `${server.folder}/.s.PGSQL.${server.port}` });
    ending.push(proxy.stop);
    const hosts = `127.0.0.1:${proxy.port},127.0.0.1:${server.port}`;
    const metadata = await opened(`postgres://berth@${hosts}/postgres?connect_timeout=1`, 4);
    let isOver = false;
    let reads = 0;
    const reading = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!isOver) {
          expect(await metadata.readOne(count)).toBe(1);
          reads += 1;
        }
      }),
    );
    const more = () => {
      const from = reads;
      return waitFor(async () => reads > from + 50);
    };
    await more();
    await server.kill();
    await server.start();
    await more();
    await server.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'berth'");
    await more();
    await proxy.set('stall');
    await more();
    isOver = true;
    await reading;
  });
});
