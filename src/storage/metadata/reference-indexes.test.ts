import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from './sqlite.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-plans-'));
  await (await openSqlite(join(folder, 'berth.db'))).close();
});
afterAll(() => rm(folder, { recursive: true }));

/** How SQLite goes about a query, with the figures that it is told in production. */
function planOf(query: string): string {
  using db = new DatabaseSync(join(folder, 'berth.db'));
  const steps = db.prepare(`explain query plan ${query}`).all();
  return steps.map((step) => String(step['detail'])).join('\n');
}

for (const [what, query, step] of [
  [
    'whether an image needs a layer',
    'select image_number from image_layers where layer_number = ?',
    'image_layers_by_layer (layer_number=?)',
  ],
  [
    'which indexes hold an image',
    'select index_digest from image_children where repository_id = ? and child_digest = ? order by index_digest',
    'image_children_by_child (repository_id=? AND child_digest=?)',
  ],
  [
    'whether an image has a tag',
    'select tag from tags where repository_id = ? and digest = ?',
    'tags_by_image (repository_id=? AND digest=?)',
  ],
  [
    'which images refer to a subject',
    'select artifact_type from images where repository_id = ? and subject_digest = ? and digest > ? order by digest',
    'images_by_subject (repository_id=? AND subject_digest=? AND digest>?)',
  ],
  [
    'which bytes a digest has',
    "select * from objects where account = ? and region = ? and digest = ? and key_scope = ? and state = 'live' order by object_key",
    'objects_by_digest (digest=? AND account=? AND region=? AND key_scope=? AND state=?)',
  ],
  [
    'which leases have run out',
    'select digest from layers where leased_until > 0 and leased_until < ? order by leased_until limit 200',
    'layers_by_lease (leased_until>? AND leased_until<?)',
  ],
] as const) {
  test(`${what} is found by an index of its own, not by reading the repository`, () => {
    expect(planOf(query)).toContain(step);
  });
}

test('of each table that SQLite was told figures of, it was told those of all indexes: some are worse than none', () => {
  using db = new DatabaseSync(join(folder, 'berth.db'));
  const untold = db
    .prepare(
      // The key of a table that has no rows but those of its key goes by the name of the table.
      `select i.name from pragma_table_list t join pragma_index_list(t.name) i
       where t.type = 'table' and t.name in (select tbl from sqlite_stat1) and i.partial = 0
         and case when t.wr and i.origin = 'pk' then t.name else i.name end not in (select idx from sqlite_stat1)`,
    )
    .all();
  expect(untold).toEqual([]);
  expect(db.prepare('select count(distinct tbl) as tables from sqlite_stat1').get()).toEqual({ tables: 4 });
});
