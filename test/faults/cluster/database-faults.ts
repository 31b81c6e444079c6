import { Client } from 'pg';
import { MAY_MOUNT } from '../small-disk.ts';
import { networkFaults } from './network-faults.ts';
import { type Fault, pass } from './run-fault.ts';

/** It is gone for a while, and then dies again and again as soon as it works: each time the last commits are at stake. */
const killed: Fault = {
  name: 'kill -9 of PostgreSQL',
  async happen({ postgres }, ms) {
    const until = performance.now() + ms;
    await postgres.kill();
    await pass(ms / 2);
    await postgres.start();
    while (performance.now() < until) {
      await pass(300);
      await postgres.kill();
      await postgres.start();
    }
  },
};

/** What it frees is taken at once. It ends itself when it finds no room for its log, and starts again once there is some. */
const full: Fault = {
  name: 'full disk of PostgreSQL',
  async happen({ postgres }, ms) {
    const until = performance.now() + ms;
    while (performance.now() < until) {
      await postgres.disk?.fill(0);
      await pass(100);
    }
    await postgres.disk?.makeRoom();
    await postgres.startIfEnded();
  },
};

/** Somebody takes every connection that the server has, those of the nodes included. */
const exhausted: Fault = {
  name: 'connection exhaustion of PostgreSQL',
  async happen({ postgres }, ms) {
    const taken: Client[] = [];
    const until = performance.now() + ms;
    while (performance.now() < until) {
      const client = new Client({ connectionString: postgres.url() });
      client.on('error', () => undefined);
      try {
        await client.connect();
        taken.push(client);
        await client.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'berth' and datname <> 'postgres'",
        );
      } catch {
        // No connection is left. Others come free when nodes give up.
        await pass(20);
      }
    }
    await Promise.all(taken.map((it) => it.end()));
  },
};

/** The primary dies, and a standby that has every acknowledged commit takes over. It stays so. */
const failOver: Fault = {
  name: 'PostgreSQL fails over to a standby',
  async happen(cluster, ms) {
    const standby = await cluster.postgres.addStandby({ synchronous: true });
    await pass(ms / 2);
    await cluster.postgres.kill();
    await pass(ms / 2);
    await standby.promote();
    cluster.leadDatabaseTo(standby);
  },
};

export const databaseFaults: readonly Fault[] = [
  killed,
  ...(MAY_MOUNT ? [full] : []),
  ...networkFaults('PostgreSQL', ({ nodes }) => nodes.map((it) => it.database)),
  exhausted,
  failOver,
];
