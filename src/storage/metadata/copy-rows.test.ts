import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newAccount } from './accounts.ts';
import { addRows, type CopiedRow, lastRow, removeRows, rowsAfter, tallyOf } from './copy-rows.ts';
import { COPIED_TABLES } from './copy-tables.ts';
import type { Metadata } from './port.ts';
import { openSqlite } from './sqlite.ts';

const EXCEPTED = ['installation', 'leases', 'migrations', 'uploads'];
/** Copied in their order, which is none of their key. */
const IN_ORDER = new Set(['jobs']);

let folder: string;
let metadata: Metadata;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-copy-'));
  metadata = await openSqlite(join(folder, 'berth.db'));
});
afterEach(async () => {
  await metadata.close();
  await rm(folder, { recursive: true, force: true });
});

test('every table and every column of the database is copied or excepted', () => {
  const db = new DatabaseSync(join(folder, 'berth.db'), { readOnly: true });
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  const columns = (table: string) =>
    db
      .prepare('SELECT name, pk FROM pragma_table_info(?)')
      .all(table)
      .map((it) => ({ name: String(it['name']), pk: Number(it['pk']) }));

  expect(names.map((it) => it['name']).toSorted()).toEqual([...Object.keys(COPIED_TABLES), ...EXCEPTED].toSorted());
  for (const [table, shape] of Object.entries(COPIED_TABLES)) {
    const found = columns(table);
    expect([...shape.columns].toSorted()).toEqual(found.map((it) => it.name).toSorted());
    const key = found.filter((it) => it.pk > 0).toSorted((a, b) => a.pk - b.pk);
    const before = IN_ORDER.has(table) ? ['seq'] : [];
    expect([...shape.key]).toEqual([...before, ...key.map((it) => it.name)]);
  }
  db.close();
});

test('a table of several pages is read whole, in the order of its key, from wherever it is gone on with', async () => {
  const rows = Array.from({ length: 2_345 }, (_, i) => ({ ...newAccount(String(i).padStart(12, '0'), new Date(i)) }));
  await metadata.write((tx) => addRows(tx, 'accounts', rows));

  const read: CopiedRow[] = [];
  for (let after: CopiedRow | undefined; ; ) {
    const page = await metadata.read((tx) => rowsAfter(tx, 'accounts', after));
    after = page.at(-1);
    if (after === undefined) break;
    read.push(...page);
  }

  expect(read).toEqual(rows);
  expect(await metadata.read((tx) => lastRow(tx, 'accounts'))).toEqual({ account: '000000002344' });
  expect(await metadata.read((tx) => tallyOf(tx, 'accounts'))).toEqual({ rows: 2_345, sums: [2_345] });
});

test('what is still to be removed is neither read, counted, nor taken away', async () => {
  const entry = (key: string, removed_at: number | null) => ({
    ...{ object_key: key, account: '', region: '', digest: null, size: 7, draft_state: null, reason: 'r' },
    ...{ condemned_at: 1, due_at: 1, removed_at },
  });
  await metadata.write((tx) => addRows(tx, 'collected_objects', [entry('gone', 5), entry('pending', null)]));

  const read = await metadata.read((tx) => rowsAfter(tx, 'collected_objects', undefined));
  const tally = await metadata.read((tx) => tallyOf(tx, 'collected_objects'));
  const removed = [];
  for (let i = 0; i < 2; i++) removed.push(await metadata.write((tx) => removeRows(tx, 'collected_objects')));

  expect(read.map((it) => it['object_key'])).toEqual(['gone']);
  expect(tally).toEqual({ rows: 1, sums: [7, 5] });
  expect(removed).toEqual([true, false]);
});

test('the sum of numbers that no number holds is taken all the same', async () => {
  const big = (key: string) => ({
    ...{ object_key: key, account: 'a', region: 'r', digest: key, size: Number.MAX_SAFE_INTEGER },
    ...{ state: 'live', created_at: 0, stored_size: 0, key_scope: '' },
  });
  await metadata.write((tx) => addRows(tx, 'objects', ['a', 'b', 'c'].map(big)));

  const expected = 3 * (Number.MAX_SAFE_INTEGER % 1_000_003);
  expect(await metadata.read((tx) => tallyOf(tx, 'objects'))).toEqual({ rows: 3, sums: [expected, 0] });
});
