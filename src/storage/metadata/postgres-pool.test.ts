import { expect, test } from 'vitest';
import { DatabaseUnavailable } from './port.ts';
import type { PostgresConnection } from './postgres-connection.ts';
import { PostgresFailure } from './postgres-failure.ts';
import { PostgresPool } from './postgres-pool.ts';

const log = { warn: () => undefined };
const SOON = 20;
const PATIENT = 5_000;

/** A connection as far as the pool knows one. */
function aConnection(name: number) {
  const connection = {
    name,
    isClean: true,
    isBroken: false,
    destroy() {
      connection.isClean = false;
      connection.isBroken = true;
    },
    async end() {
      connection.destroy();
    },
  };
  return connection as unknown as PostgresConnection & { name: number; isClean: boolean };
}

function aPool(limit: number, refuse: () => PostgresFailure | undefined = () => undefined) {
  let opened = 0;
  const connect = async () => {
    const failure = refuse();
    if (failure) throw failure;
    opened += 1;
    return aConnection(opened);
  };
  return { pool: new PostgresPool({ connect, limit, log }), opened: () => opened };
}

test('no more connections are open than the limit, and each is lent again', async () => {
  const { pool, opened } = aPool(3);
  let lent = 0;
  const use = async () => {
    const connection = await pool.take(PATIENT);
    lent += 1;
    expect(lent).toBeLessThanOrEqual(3);
    await new Promise(setImmediate);
    lent -= 1;
    pool.giveBack(connection);
  };
  await Promise.all(Array.from({ length: 50 }, use));
  expect(opened()).toBe(3);
});

test('those that asked first have their turn first, and those that waited too long are told', async () => {
  const { pool } = aPool(1);
  const first = await pool.take(PATIENT);
  const turns: string[] = [];
  const waiting = ['a', 'b', 'c'].map(async (name) => {
    const connection = await pool.take(PATIENT);
    turns.push(name);
    pool.giveBack(connection);
  });
  const late = expect(pool.take(SOON)).rejects.toThrow('None of 1 connections to the database became free in time.');
  await late;
  pool.giveBack(first);
  await Promise.all(waiting);
  expect(turns).toEqual(['a', 'b', 'c']);
});

test('a broken connection is not lent again, and its place is free', async () => {
  const { pool, opened } = aPool(1);
  const broken = await pool.take(PATIENT);
  broken.destroy();
  pool.giveBack(broken);
  const next = await pool.take(PATIENT);
  expect(next).not.toBe(broken);
  pool.giveBack(next);
  next.destroy(); // It breaks while nobody uses it.
  expect(await pool.take(PATIENT)).not.toBe(next);
  expect(opened()).toBe(3);
});

test('when one connection broke, those that nobody uses are taken for broken too', async () => {
  const { pool } = aPool(2);
  const [idle, broken] = [await pool.take(PATIENT), await pool.take(PATIENT)];
  pool.giveBack(idle);
  broken.destroy();
  pool.giveBack(broken);
  expect(idle.isClean).toBe(false);
});

test('a connection that cannot be opened leaves its place to the next', async () => {
  let isDown = true;
  const { pool } = aPool(1, () => (isDown ? new PostgresFailure('refused', { kind: 'gone' }) : undefined));
  await expect(pool.take(PATIENT)).rejects.toThrow('refused');
  isDown = false;
  await pool.take(PATIENT);
});

test('when the server has no room for more, those that are open are shared', async () => {
  let room = 2;
  const noRoom = new PostgresFailure('too many clients', { kind: 'gone', code: '53300' });
  const { pool, opened } = aPool(10, () => (room-- > 0 ? undefined : noRoom));
  const two = [await pool.take(PATIENT), await pool.take(PATIENT)] as const;
  await expect(pool.take(PATIENT)).rejects.toThrow('too many clients');
  const waiting = pool.take(PATIENT);
  pool.giveBack(two[0]);
  expect(await waiting).toBe(two[0]);
  expect(opened()).toBe(2);
});

test('the end waits for what is lent, refuses those that wait, and lends no more', async () => {
  const { pool } = aPool(1);
  const lent = await pool.take(PATIENT);
  const waiting = expect(pool.take(PATIENT)).rejects.toThrow(DatabaseUnavailable);
  let isClosed = false;
  const closing = pool.close(PATIENT).then(() => {
    isClosed = true;
  });
  await waiting;
  expect(isClosed).toBe(false);
  pool.giveBack(lent);
  await closing;
  expect(lent.isClean).toBe(false);
  await expect(pool.take(PATIENT)).rejects.toThrow('The database was closed.');
});

test('the end does not wait for ever', async () => {
  const { pool } = aPool(1);
  const lent = await pool.take(PATIENT);
  await pool.close(SOON);
  expect(lent.isClean).toBe(false);
});
