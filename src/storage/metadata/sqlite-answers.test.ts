import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Moments } from './moments.ts';
import { SqliteAnswers } from './sqlite-answers.ts';
import { prepareSqlite } from './sqlite-pragmas.ts';

let folder: string;
let writer: DatabaseSync;
let reader: DatabaseSync;
let asked: number;
let moments: Moments;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-test-'));
  [writer, reader] = [new DatabaseSync(join(folder, 'db')), new DatabaseSync(join(folder, 'db'))];
  prepareSqlite(writer);
  prepareSqlite(reader);
  writer.exec('create table t (id text primary key, value blob)');
  asked = 0;
  moments = new Moments();
});
afterEach(async () => {
  reader.close();
  writer.close();
  await rm(folder, { recursive: true });
});

function asker() {
  const answers = new SqliteAnswers(reader, moments);
  const sql = 'select value from t where id = ?';
  const statement = reader.prepare(sql);
  return (id: string | number) =>
    answers.of(sql, [id], () => {
      asked += 1;
      return statement.all(id);
    });
}

/** A commit of another process. */
function changeElsewhere(sql: string): void {
  writer.exec(sql);
}

/** One of this process. */
function change(sql: string): void {
  writer.exec(sql);
  moments.end();
}

test('a question is asked once between two changes, and again after each, whatever was changed', () => {
  const ask = asker();
  change("insert into t values ('a', 'one')");
  for (let i = 0; i < 3; i++) expect(ask('a')).toEqual([{ value: 'one' }]);
  expect(asked).toBe(1);
  expect(ask('b')).toEqual([]);
  expect(asked).toBe(2);

  change("insert into t values ('b', 'two')");
  expect(ask('b')).toEqual([{ value: 'two' }]);
  change("update t set value = 'other' where id = 'a'");
  expect(ask('a')).toEqual([{ value: 'other' }]);
  writer.exec('begin');
  writer.exec("delete from t where id = 'a'");
  expect(ask('a')).toEqual([{ value: 'other' }]);
  change('commit');
  expect(ask('a')).toEqual([]);
});

test('what another process changed is seen in the next moment, which comes with the next turn of the event loop', async () => {
  const ask = asker();
  expect(ask('a')).toEqual([]);
  changeElsewhere("insert into t values ('a', 'one')");
  await new Promise(setImmediate);
  expect(ask('a')).toEqual([{ value: 'one' }]);

  const { now } = moments;
  await Promise.resolve();
  expect(moments.now).toBe(now);
  moments.end();
  expect(moments.now).not.toBe(now);
});

test('a number and its text are two questions; a long answer is read each time', () => {
  const ask = asker();
  writer.exec("insert into t values ('1', 'one'), ('long', zeroblob(20000))");
  expect([ask('1').length, ask(1).length, asked]).toEqual([1, 0, 2]);
  ask('long');
  ask('long');
  expect(asked).toBe(4);
});
