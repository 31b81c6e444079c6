import { Client } from 'pg';
import { afterEach, expect, test } from 'vitest';
import { startPgbouncer, withPgbouncer } from './pgbouncer.ts';
import { startPostgres } from './postgres.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of running.splice(0).toReversed()) await server.stop();
});

function ending<T extends { stop(): Promise<void> }>(server: T): T {
  running.push(server);
  return server;
}

withPgbouncer('the PostgreSQL of the tests', () => {
  test('keeps what was committed over a kill, and a synchronous standby has it when it is promoted', async () => {
    const server = ending(await startPostgres({ fsync: true }));
    await server.query('create table kept (n integer)');
    const standby = await server.addStandby({ synchronous: true });
    await server.query('insert into kept values (1)');
    await server.restart();
    await server.kill();
    await server.start();
    await server.query('insert into kept values (2)');
    await server.kill();
    await standby.promote();
    await standby.query('insert into kept values (3)');
    expect(await standby.query('select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  test('is reached at its socket, at a port and through a pooler', async () => {
    const server = ending(await startPostgres({ tcp: true }));
    const pooler = ending(await startPgbouncer(server));
    const url = await server.createDatabase();
    const name = new URL(url).pathname.slice(1);
    for (const address of [url, pooler.url(name)]) {
      const client = new Client(address);
      await client.connect();
      expect((await client.query('select current_database() as name')).rows).toEqual([{ name }]);
      await client.end();
    }
    expect(await server.query('select current_database() as name', name)).toEqual([{ name }]);
  });
});
