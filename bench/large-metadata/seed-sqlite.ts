import { DatabaseSync } from 'node:sqlite';
import {
  EXPIRED,
  INTO,
  LAYERS_OF_IMAGE,
  NEW_LAYERS,
  NUMBER_OF_LAYER,
  REFERRER_EVERY,
  REFERRERS_OF_ONE,
  REGISTRY,
  type Shape,
} from './shape.ts';
import type { Weight } from './weight.ts';

const TABLES = ['objects', 'layers', 'images', 'image_layers', 'tags'];

const DIGEST = `'sha256:' || lower(hex(randomblob(32)))`;
const DESCRIPTOR = `'{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:' || lower(hex(randomblob(32))) || '","size":31457280},'`;
const MANIFEST = `cast(${Array.from({ length: LAYERS_OF_IMAGE + 1 }, () => DESCRIPTOR).join(' || ')} as blob)`;
const [ACCOUNT, REGION] = [`'${REGISTRY.account}'`, `'${REGISTRY.region}'`];

/** Fills a database that has its tables. Nobody else may use it meanwhile, and a crash would ruin it. */
export function seedSqlite(path: string, { repositories }: Shape): void {
  const db = new DatabaseSync(path);
  try {
    for (const pragma of [
      'journal_mode = delete',
      'synchronous = off',
      'foreign_keys = off',
      'cache_size = -2000000',
    ]) {
      db.exec(`pragma ${pragma}`);
    }
    // Indexes are made once at the end, in one go, which is many times quicker than row by row.
    const indexes = db
      .prepare(
        `select name, sql from sqlite_schema where type = 'index' and sql is not null and tbl_name in (${TABLES.map((it) => `'${it}'`)})`,
      )
      .all();
    // With an index goes what SQLite was told of it.
    const figures = db.prepare('select tbl, idx, stat from sqlite_stat1').all();
    db.exec('begin');
    for (const { name } of indexes) db.exec(`drop index ${name}`);
    db.exec(`create temp table seeded (n integer primary key, id text, images int, before int)`);
    const add = db.prepare('insert into seeded (n, id, images, before) values (?, ?, ?, ?)');
    const addRepository = db.prepare(
      `insert into repositories values (?, ${ACCOUNT}, ${REGION}, ?, 1, 'MUTABLE', '[]', 0, 'AES256', null)`,
    );
    repositories.forEach(({ id, name, images, before }, n) => {
      add.run(n, id, images, before);
      addRepository.run(id, name);
    });
    for (const statement of statements(Date.now())) db.exec(statement);
    for (const { sql } of indexes) db.exec(String(sql));
    db.exec('delete from sqlite_stat1');
    const tell = db.prepare('insert into sqlite_stat1 (tbl, idx, stat) values (?, ?, ?)');
    for (const { tbl = null, idx = null, stat = null } of figures) tell.run(tbl, idx, stat);
    db.exec('commit');
  } finally {
    db.close();
  }
}

/** What a row weighs with its indexes. */
export function sqliteWeights(path: string): Weight[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return TABLES.map((table) => {
      const pages = db.prepare(
        `select sum(pgsize) as bytes from dbstat join sqlite_schema s using (name) where aggregate = true and s.tbl_name = ?`,
      );
      const [bytes, rows] = [
        pages.get(table)?.['bytes'],
        db.prepare(`select count(*) as n from ${table}`).get()?.['n'],
      ];
      return { table, bytes: Number(bytes), rows: Number(rows) };
    });
  } finally {
    db.close();
  }
}

/** Numbers of images and layers count over all repositories, so that each finds its own by its number alone. */
function statements(now: number): string[] {
  return [
    `create temp table numbered_images (n integer primary key, id text, own int, images int, before int, digest text)`,
    `insert into numbered_images
     with recursive i(r, own) as (
       select n, 0 from seeded
       union all select r, own + 1 from i join seeded on seeded.n = i.r where own + 1 < images
     )
     select before + own, id, own, images, before, ${DIGEST} from i join seeded on seeded.n = i.r`,
    `create temp table numbered_layers (n integer primary key, id text, digest text, key text)`,
    `insert into numbered_layers
     select ${NEW_LAYERS} * n + part, id, ${DIGEST}, ${uuid()}
     from numbered_images, (${values(NEW_LAYERS)})`,
    `insert into numbered_layers (n, id, digest, key)
     with recursive i(n) as (select 1 union all select n + 1 from i where n < ${EXPIRED})
     select -i.n, (select id from seeded where seeded.n = 0), ${DIGEST}, ${uuid()} from i`,
    `insert into ${INTO.objects} select key, ${ACCOUNT}, ${REGION}, digest, 31457280, 'live', ${now} from numbered_layers order by key`,
    `insert into ${INTO.layers} select id, digest, key, 31457280, 'application/vnd.oci.image.layer.v1.tar+gzip',
       case when n < 0 then 1 when n % 1000 = 0 then 2 else 0 end, ${now}, ${NUMBER_OF_LAYER}
     from numbered_layers order by id, digest`,
    `insert into ${INTO.images}
     select id, digest, 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.config.v1+json', 1700,
       314572800, case when own % ${REFERRER_EVERY} = ${REFERRER_EVERY - 1} then
         (select s.digest from numbered_images s
          where s.n = i.before + i.own - i.own % ${REFERRER_EVERY * REFERRERS_OF_ONE}) end,
       null, ${now} - (images - own) * 60000, ${MANIFEST}, n + 1
     from numbered_images i order by id, digest`,
    `insert into ${INTO.image_layers}
     select image + 1, ${NUMBER_OF_LAYER} from (
       select n as image, ${NEW_LAYERS} * before + (${NEW_LAYERS} * own + part) % (${NEW_LAYERS} * images) as n
       from numbered_images, (${values(LAYERS_OF_IMAGE)})) order by 1, 2`,
    `insert into ${INTO.tags} select id, printf('build-%07d', own), digest, ${now} from numbered_images order by id, 2`,
  ];
}

function uuid(): string {
  return `substr(lower(hex(randomblob(4))), 1, 8) || '-' || lower(hex(randomblob(2))) || '-4' || substr(lower(hex(randomblob(2))), 2)
    || '-8' || substr(lower(hex(randomblob(2))), 2) || '-' || lower(hex(randomblob(6)))`;
}

/** A table of one column `part`: 0 and on. */
function values(count: number): string {
  return Array.from({ length: count }, (_, part) => `select ${part} as part`).join(' union all ');
}
