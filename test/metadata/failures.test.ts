import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { StorageFull } from '../../src/storage/blobs/port.ts';
import { addAccount } from '../../src/storage/metadata/accounts.ts';
import { DatabaseUnavailable, type Metadata } from '../../src/storage/metadata/port.ts';
import { openPostgres } from '../../src/storage/metadata/postgres.ts';
import { startPgbouncer, withPgbouncer } from '../servers/pgbouncer.ts';
import { type PostgresServer, type PostgresOptions as ServerOptions, startPostgres } from '../servers/postgres.ts';
import { type TcpProxy, tcpProxy } from '../servers/tcp-proxy.ts';
import { countOf, countUp, makeCounter } from './counter.ts';
import { type Databases, startDatabases } from './databases.ts';
import { waitFor } from './waiting.ts';

const silent = { warn: () => undefined };

// A call goes on trying for ten seconds, and these wait for it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

withPgbouncer('a PostgreSQL that fails', () => {
  let databases: Databases;
  let server: PostgresServer;
  let ending: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    databases = await startDatabases();
    server = databases.server;
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    ending = [];
  });
  afterEach(async () => {
    await server.startIfEnded();
    for (const end of ending.toReversed()) await end();
  });

  async function ownServer(options: ServerOptions): Promise<PostgresServer> {
    const own = await startPostgres(options);
    ending.push(own.stop);
    return own;
  }

  async function opened(url: string, connections = 10): Promise<Metadata> {
    const metadata = await openPostgres(url, { as: 'owner', connections, log: silent });
    ending.push(metadata.close);
    await makeCounter(metadata);
    return metadata;
  }

  /** Counts up from several places until it is told to end; what was acknowledged, and what failed. */
  function load(metadata: Metadata): { readonly acknowledged: number[]; end(): Promise<unknown[]> } {
    const acknowledged: number[] = [];
    const failures: unknown[] = [];
    let isOver = false;
    const one = async () => {
      while (!isOver) {
        await countUp(metadata).then(
          (count) => acknowledged.push(count),
          (error: unknown) => failures.push(error),
        );
      }
    };
    const all = Promise.all(Array.from({ length: 6 }, one));
    const end = async () => {
      isOver = true;
      await all;
      return failures;
    };
    ending.push(end);
    return { acknowledged, end };
  }

  /** Waits for so many more acknowledgements. */
  function more(acknowledged: readonly number[], count: number): Promise<void> {
    const from = acknowledged.length;
    return waitFor(async () => acknowledged.length >= from + count);
  }

  async function expectEachOnce(metadata: Metadata, acknowledged: readonly number[]): Promise<void> {
    expect(acknowledged.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: acknowledged.length }, (_, i) => i + 2),
    );
    expect(await countOf(metadata)).toBe(acknowledged.length + 1);
  }

  test('is restarted, and killed, under load: nothing is lost, done twice, or refused', async () => {
    const server = await ownServer({ fsync: true });
    const metadata = await opened(server.url());
    const { acknowledged, end } = load(metadata);
    await more(acknowledged, 20);
    await server.restart();
    await more(acknowledged, 20);
    await server.kill();
    await server.start();
    await more(acknowledged, 20);
    expect(await end()).toEqual([]);
    await expectEachOnce(metadata, acknowledged);
  });

  test('is restarted behind a pooler, under load', async () => {
    const server = await ownServer({ fsync: true });
    const pooler = await startPgbouncer(server, { poolSize: 3 });
    ending.push(pooler.stop);
    const metadata = await opened(pooler.url('postgres'));
    const { acknowledged, end } = load(metadata);
    await more(acknowledged, 20);
    await server.restart();
    await more(acknowledged, 20);
    await server.kill();
    await server.start();
    await more(acknowledged, 20);
    expect(await end()).toEqual([]);
    await expectEachOnce(metadata, acknowledged);
  });

  test('hands over to its standby: nothing that was acknowledged is lost', async () => {
    const server = await ownServer({ tcp: true });
    const standby = await server.addStandby({ synchronous: true });
    const hosts = `127.0.0.1:${standby.port},127.0.0.1:${server.port}`;
    const metadata = await opened(`postgres://berth@${hosts}/postgres?target_session_attrs=read-write`);
    const { acknowledged, end } = load(metadata);
    await more(acknowledged, 20);
    await server.kill();
    await standby.promote();
    await more(acknowledged, 20);
    expect(await end()).toEqual([]);
    await expectEachOnce(metadata, acknowledged);
  });

  test('has too few connections: everybody gets his turn', async () => {
    const server = await ownServer({ extra: ['max_connections=6', 'superuser_reserved_connections=0'] });
    const metadata = await opened(server.url(), 20);
    await Promise.all(Array.from({ length: 60 }, () => countUp(metadata)));
    expect(await countOf(metadata)).toBe(61);
  });

  test('stops answering on one way: the other is taken', async () => {
    const { name } = await databases.create();
    const proxy: TcpProxy = await tcpProxy({ path: `${server.folder}/.s.PGSQL.${server.port}` });
    ending.push(proxy.stop);
    const hosts = `127.0.0.1:${proxy.port},127.0.0.1:${server.port}`;
    const metadata = await opened(`postgres://berth@${hosts}/${name}?connect_timeout=1`);
    const before = proxy.counts.accepted;
    await Promise.all(Array.from({ length: 4 }, () => countOf(metadata)));
    expect(proxy.counts.accepted).toBeGreaterThan(before);
    await proxy.set('stall');
    // One finds out, after three seconds; nobody else waits for an idle connection that is as dead.
    const begun = performance.now();
    expect(await countUp(metadata)).toBe(2);
    expect(await countUp(metadata)).toBe(3);
    expect(performance.now() - begun).toBeLessThan(8_000);
  });

  test('is away for longer than a call may take: callers are told', async () => {
    const metadata = await opened((await databases.create()).url);
    await server.kill();
    await Promise.all([
      expect(metadata.read((tx) => tx.selectFrom('accounts').selectAll().execute())).rejects.toThrow(
        DatabaseUnavailable,
      ),
      expect(countUp(metadata)).rejects.toThrow(DatabaseUnavailable),
      expect(metadata.probe()).rejects.toThrow(DatabaseUnavailable),
    ]);
    await server.start();
    await metadata.probe();
    expect(await countUp(metadata)).toBe(2);
  });

  test('ends connections that nobody uses, and one in the middle of its work', async () => {
    const metadata = await opened((await databases.create()).url);
    await Promise.all(Array.from({ length: 5 }, () => countOf(metadata)));
    await server.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'berth'");
    expect(await countUp(metadata)).toBe(2);

    let runs = 0;
    await metadata.write(async (tx) => {
      runs += 1;
      await addAccount(tx, `account-${runs}`, new Date(1));
      if (runs > 1) return;
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      await server.query(`select pg_terminate_backend(${rows[0]?.pid}, 5000)`);
    });
    expect(runs).toBe(2);
    const accounts = await metadata.read((tx) => tx.selectFrom('accounts').select('account').execute());
    expect(accounts).toEqual([{ account: 'account-2' }]);
  });

  test('a connection on which a statement failed serves the next', async () => {
    const metadata = await opened((await databases.create()).url, 1);
    const wrong = metadata.write((tx) => sql`select * from nowhere`.execute(tx));
    await expect(wrong).rejects.toThrow('relation "nowhere" does not exist');
    expect(await countUp(metadata)).toBe(2);
    const early = metadata.read(async (tx) => {
      await sql`select 1`.execute(tx);
      throw new Error('seen enough');
    });
    await expect(early).rejects.toThrow('seen enough');
    expect(await countOf(metadata)).toBe(2);
  });

  test('works too long at a statement, or has a full disk: callers are told', async () => {
    const metadata = await opened((await databases.create()).url, 1);
    const slow = metadata.write(async (tx) => {
      await sql`set local statement_timeout = 20`.execute(tx);
      await sql`select pg_sleep(60)`.execute(tx);
    });
    await expect(slow).rejects.toThrow(DatabaseUnavailable);
    const full = metadata.write((tx) =>
      sql`do $$ begin raise 'could not extend file' using errcode = 'disk_full'; end $$`.execute(tx),
    );
    await expect(full).rejects.toThrow(StorageFull);
    expect(await countUp(metadata)).toBe(2);
  });

  test('a number that JavaScript cannot count is refused, rather than read wrong', async () => {
    const metadata = await opened((await databases.create()).url);
    const reading = (number: string) =>
      metadata.read(
        async (tx) => (await sql<{ n: number }>`select ${sql.lit(number)}::int8 as n`.execute(tx)).rows[0]?.n,
      );
    expect(await reading('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    await expect(reading('9007199254740993')).rejects.toThrow('9007199254740993');
    expect(await reading('1')).toBe(1);
  });

  test('is a standby: nothing is read from it, since it may be behind', async () => {
    const { name, url } = await databases.create();
    const metadata = await opened(url);
    const standby = await server.addStandby();
    ending.push(standby.kill);
    await waitFor(async () => (await standby.query('select 1 from leases', name)).length === 1);
    const guest = await openPostgres(standby.url(name), { as: 'guest', connections: 2, log: silent });
    ending.push(guest.close);
    const reading = countOf(guest);
    await countUp(metadata);
    await expect(reading).rejects.toThrow('the server is a standby');
    await standby.promote();
    await guest.probe();
  });
});
