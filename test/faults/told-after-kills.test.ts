import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataFolder } from '../../src/installation/data-folder.ts';
import { openFolder } from './open-folder.ts';
import { SCENARIOS } from './scenarios.ts';

const CHILD = new URL('./following-child.ts', import.meta.url).pathname;
/** Each costs the start of a process: a hundred where nothing is left out (`.ci/run`). */
const KILLS = process.env['BERTH_TEST_REQUIRE'] === 'all' ? 100 : 10;
/** Until a process has told of what it found, and gone on for a while. */
const STEPS_AT_MOST = 120;
/** Longer than claims and leases last. */
const APART_SECONDS = 31;

let home: string;
beforeEach(async () => {
  // A killed process leaves the disk as it was: whether bytes wait in memory makes no difference here, only time.
  home = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'berth-told-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

interface Told {
  readonly id: string;
  readonly repositoryId: string;
}

async function run(run: number, killAfter: number): Promise<void> {
  const args = [CHILD, join(home, 'data'), join(home, 'told'), `${run * APART_SECONDS}`, `${killAfter}`];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_COMPILE_CACHE: join(home, 'compiled') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [said, [code, signal]] = await Promise.all([text(child.stdout), ended]);
  expect([said, code, signal], `run ${run}`).toEqual(
    killAfter === 0 ? ['begun\ndone\n', 0, null] : ['begun\n', null, 'SIGKILL'],
  );
}

/** Lets the database itself note every change that is committed. */
function noteAppended(): void {
  const database = new DatabaseSync(dataFolder(join(home, 'data')).database);
  database.exec(`
    CREATE TABLE appended (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, repository_id TEXT NOT NULL);
    CREATE TRIGGER note_appended AFTER INSERT ON changes BEGIN
      INSERT INTO appended (id, repository_id) VALUES (new.id, new.repository_id);
    END`);
  database.close();
}

function appended(): Told[] {
  const database = new DatabaseSync(dataFolder(join(home, 'data')).database, { readOnly: true });
  const rows = database.prepare('SELECT id, repository_id FROM appended ORDER BY number').all();
  database.close();
  return rows.map((it) => ({ id: String(it['id']), repositoryId: String(it['repository_id']) }));
}

function byRepository(all: readonly Told[]): Map<string, string[]> {
  const groups = Map.groupBy(all, (it) => it.repositoryId);
  return new Map(Array.from(groups, ([repositoryId, some]) => [repositoryId, some.map((it) => it.id)]));
}

/** What was told twice in a row, since nobody knew that it had been, counts once. */
function withoutRepeats(ids: readonly string[]): string[] {
  return ids.filter((id, i) => id !== ids[i - 1]);
}

test(`of a process that is killed ${KILLS} times while events flow, each change is told at least once, in order per repository`, {
  timeout: 1_200_000,
}, async () => {
  const { world, close } = await openFolder(join(home, 'data'));
  await SCENARIOS.push.before(world);
  await close();
  // Those of the preparation, too: nobody has been told of them yet.
  noteAppended();

  for (let i = 1; i <= KILLS; i++) await run(i, randomInt(1, STEPS_AT_MOST));
  await run(KILLS + 1, 0);

  const lines = (await readFile(join(home, 'told'), 'utf8')).trimEnd().split('\n');
  const told = lines.map((it): Told => JSON.parse(it));
  const committed = appended();
  const known = new Set(committed.map((it) => it.id));
  const later = byRepository(told.filter((it) => known.has(it.id)));
  expect(committed.length).toBeGreaterThan(KILLS);
  expect([...later.keys()].toSorted()).toEqual([...byRepository(committed).keys()].toSorted());
  for (const [repositoryId, ids] of byRepository(committed)) {
    expect(withoutRepeats(later.get(repositoryId) ?? [])).toEqual(ids);
  }
});
