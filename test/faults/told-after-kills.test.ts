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
import { settleChanges } from '../../src/changes/settle-changes.ts';
import { dataFolder } from '../../src/installation/data-folder.ts';
import { countStorage } from '../../src/metering/count-storage.ts';
import { next } from '../../src/metering/plan.ts';
import { readUsage, type Usage } from '../../src/metering/read-usage.ts';
import { openFolder } from './open-folder.ts';
import { SCENARIOS } from './scenarios.ts';

const CHILD = new URL('./following-child.ts', import.meta.url).pathname;
/** Each costs the start of a process: `BERTH_TEST_KILLS=100 npm test test/faults/told-after-kills` takes minutes. */
const KILLS = Number(process.env['BERTH_TEST_KILLS'] ?? 8);
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

/** Of a change, all but its place. */
const COLUMNS = 'id, at, account, region, repository_id, repository_name, principal_arn, kind, detail, attempts';

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
    CREATE TABLE appended AS SELECT ${COLUMNS} FROM changes ORDER BY seq;
    CREATE TRIGGER note_appended AFTER INSERT ON changes BEGIN
      INSERT INTO appended SELECT ${COLUMNS} FROM changes WHERE id = new.id;
    END`);
  database.close();
}

function appended(): Told[] {
  const database = new DatabaseSync(dataFolder(join(home, 'data')).database, { readOnly: true });
  const rows = database.prepare('SELECT id, repository_id FROM appended ORDER BY rowid').all();
  database.close();
  return rows.map((it) => ({ id: String(it['id']), repositoryId: String(it['repository_id']) }));
}

/** What storage came to until `now`, of a folder whose changes have all been taken into account. */
async function storedIn(folder: string, now: Date): Promise<Usage[]> {
  const { world, close } = await openFolder(folder);
  const then = { metadata: world.metadata, clock: { now: () => now } };
  const usage = await readUsage(then, { from: 0, to: next('month', now.getTime()), unit: 'month' });
  await close();
  return usage.toSorted((a, b) => (a.repositoryName < b.repositoryName ? -1 : 1));
}

/** A folder in which all that was appended is counted by a process that nobody kills. */
async function countedInPeace(): Promise<string> {
  const folder = join(home, 'in-peace');
  const { world, close } = await openFolder(folder);
  const database = new DatabaseSync(dataFolder(folder).database);
  database.exec(`ATTACH '${dataFolder(join(home, 'data')).database}' AS killed`);
  database.exec(`INSERT INTO main.changes (${COLUMNS}) SELECT ${COLUMNS} FROM killed.appended ORDER BY rowid`);
  database.close();
  await settleChanges(world, { consumers: [countStorage], kinds: new Map() });
  await close();
  return folder;
}

function byRepository(all: readonly Told[]): Map<string, string[]> {
  const groups = Map.groupBy(all, (it) => it.repositoryId);
  return new Map(Array.from(groups, ([repositoryId, some]) => [repositoryId, some.map((it) => it.id)]));
}

/** What was told twice in a row, since nobody knew that it had been, counts once. */
function withoutRepeats(ids: readonly string[]): string[] {
  return ids.filter((id, i) => id !== ids[i - 1]);
}

test(`of a process that is killed ${KILLS} times while events flow, each change is told at least once, in order per repository, and counted exactly once`, {
  timeout: 1_200_000,
}, async () => {
  const { world, close } = await openFolder(join(home, 'data'));
  await SCENARIOS.push.before(world);
  await close();
  noteAppended();

  const begun = world.clock.now().getTime();
  for (let i = 1; i <= KILLS; i++) await run(i, randomInt(1, STEPS_AT_MOST));
  await run(KILLS + 1, 0);

  const lines = (await readFile(join(home, 'told'), 'utf8')).trimEnd().split('\n');
  const told = lines.map((it): Told => JSON.parse(it));
  const committed = appended();
  const known = new Set(committed.map((it) => it.id));
  const heard = byRepository(told.filter((it) => known.has(it.id)));
  expect(committed.length).toBeGreaterThan(KILLS);
  expect([...heard.keys()].toSorted()).toEqual([...byRepository(committed).keys()].toSorted());
  for (const [repositoryId, ids] of byRepository(committed)) {
    expect(withoutRepeats(heard.get(repositoryId) ?? [])).toEqual(ids);
  }

  const end = new Date(begun + 2 * (KILLS + 20) * APART_SECONDS * 1_000);
  const stored = await storedIn(join(home, 'data'), end);
  expect(stored).not.toEqual([]);
  expect(stored).toEqual(await storedIn(await countedInPeace(), end));
});
