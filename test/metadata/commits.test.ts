import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newAccount } from '../../src/storage/metadata/accounts.ts';
import type { Metadata } from '../../src/storage/metadata/port.ts';
import { openPostgres } from '../../src/storage/metadata/postgres.ts';
import { type PostgresServer, startPostgres, withPostgres } from '../servers/postgres.ts';
import { type CommitProxy, commitProxy } from './commit-proxy.ts';
import { countOf, countUp, makeCounter } from './counter.ts';
import { blockedSessions, holdLock, waitFor } from './waiting.ts';

withPostgres('commits on a connection that fails', () => {
  let server: PostgresServer;
  let proxy: CommitProxy;
  let metadata: Metadata;
  const warnings: string[] = [];

  beforeAll(async () => {
    server = await startPostgres();
    proxy = await commitProxy(server);
    const log = { warn: (_: unknown, message: string) => void warnings.push(message) };
    metadata = await openPostgres(proxy.url('postgres'), { as: 'owner', connections: 5, log });
    await makeCounter(metadata);
  });
  afterAll(async () => {
    await metadata.close();
    await proxy.stop();
    await server.stop();
  });
  let before: number;
  beforeEach(async () => {
    before = await countOf(metadata);
    warnings.length = 0;
  });

  test('a change whose answer was lost has been made, once, and its result is known', async () => {
    proxy.next('lose-answer');
    expect(await countUp(metadata)).toBe(before + 1);
    expect(await countOf(metadata)).toBe(before + 1);
    expect(warnings).toContain('answer of the database to a commit was lost');
  });

  test('a change that the server never heard of is made again', async () => {
    proxy.next('lose-request');
    expect(await countUp(metadata)).toBe(before + 1);
    expect(await countOf(metadata)).toBe(before + 1);
  });

  test('a commit that arrives after it was given up comes too late', async () => {
    proxy.next('hold');
    const counting = metadata.write(async (tx) => {
      await tx
        .insertInto('accounts')
        .values(newAccount(`late-${before}`, new Date(1)))
        .onConflict((c) => c.doNothing())
        .execute();
    });
    // The held transaction still has the row: the second attempt waits for it, as it must.
    const released = waitFor(async () => (await blockedSessions(server)) > 0).then(() => proxy.release());
    expect(await released).toContain('duplicate key value');
    await counting;
    const rows = await metadata.read((tx) =>
      tx.selectFrom('accounts').selectAll().where('account', '=', `late-${before}`).execute(),
    );
    expect(rows).toHaveLength(1);
  });

  test('while the server still decides, the answer is waited for', async () => {
    // A trigger at the end of the transaction stands for a disk, or a standby, that takes its time.
    await server.query(`create function linger() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(42); return null; end $$`);
    await server.query(`create constraint trigger lingering after update on leases
      deferrable initially deferred for each row execute function linger()`);
    const { release } = await holdLock(server, 42);
    const counting = countUp(metadata);
    await waitFor(async () => (await blockedSessions(server)) === 1);
    proxy.breakClients();
    await waitFor(async () => (await blockedSessions(server)) === 2);
    await release();
    expect(await counting).toBe(before + 1);
    expect(await countOf(metadata)).toBe(before + 1);
    await server.query('drop function linger cascade');
  });

  test('what changed nothing leaves no entry, and old entries go', async () => {
    await server.query(
      "insert into commits (id, is_abandoned, at) select gen_random_uuid(), 0, now() - interval '3 hours' from generate_series(1, 2500)",
    );
    const entries = async (where: string) =>
      Number((await server.query(`select count(*) as n from commits where ${where}`))[0]?.['n']);
    const young = await entries("at > now() - interval '1 hour'");
    await metadata.write((tx) => tx.selectFrom('accounts').selectAll().execute());
    expect(await entries("at > now() - interval '1 hour'")).toBe(young);

    for (let i = 0; i < 1000; i++) await countUp(metadata);
    await waitFor(async () => (await entries("at < now() - interval '1 hour'")) === 0);
    expect(await entries("at > now() - interval '1 hour'")).toBe(young + 1000);
  });
});
