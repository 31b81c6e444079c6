import { Client } from 'pg';
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
const REGISTRY_COLUMNS = `'${REGISTRY.account}', '${REGISTRY.region}'`;

/** Fills a database that has its tables; nobody else may use it meanwhile. */
export async function seedPostgres(url: string, { repositories }: Shape): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`set session_replication_role = replica; set synchronous_commit = off;
      set maintenance_work_mem = '1GB'; set work_mem = '512MB'`);
    const outside = await dropConstraintsAndIndexes(client);
    await client.query('create temp table seeded (n int primary key, id text collate "C", images int, before int)');
    const columns = [
      repositories.map((_, n) => n),
      ...(['id', 'images', 'before', 'name'] as const).map((name) => repositories.map((it) => it[name])),
    ];
    await client.query(
      'insert into seeded select n, id, images, before from unnest($1::int[], $2::text[], $3::int[], $4::int[]) t(n, id, images, before)',
      columns.slice(0, 4),
    );
    await client.query(
      `insert into repositories select id, ${REGISTRY_COLUMNS}, name, 1, 'MUTABLE', '[]', 0, 'AES256', null from unnest($1::text[], $2::text[]) t(id, name)`,
      [columns[1], columns[4]],
    );
    for (const statement of statements(Date.now())) await client.query(statement);
    for (const statement of outside) await client.query(statement);
    await client.query('drop table numbered_images, numbered_layers, seeded');
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/** What a row weighs with its indexes. */
export async function postgresWeights(url: string): Promise<Weight[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const weights: Weight[] = [];
    for (const table of TABLES) {
      const { rows } = await client.query(
        `select pg_total_relation_size('${table}')::float8 as bytes, count(*)::float8 as rows from ${table}`,
      );
      weights.push({ table, bytes: Number(rows[0].bytes), rows: Number(rows[0].rows) });
    }
    return weights;
  } finally {
    await client.end();
  }
}

/** Answers the statements that bring them back: made in one go over all rows, they take a fraction of the time. */
async function dropConstraintsAndIndexes(client: Client): Promise<string[]> {
  const names = TABLES.map((it) => `'${it}'`).join(', ');
  const constraints = await client.query(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint
     where conrelid::regclass::text in (${names}) or (contype = 'f' and confrelid::regclass::text in (${names}))
     order by contype = 'f' desc`,
  );
  const back: string[] = [];
  for (const { table, name, definition } of constraints.rows) {
    await client.query(`alter table ${table} drop constraint "${name}"`);
    // Foreign keys last; as they were checked when the rows were made, nobody looks again.
    const isForeign = String(definition).startsWith('FOREIGN');
    const statement = `alter table ${table} add constraint "${name}" ${definition}${isForeign ? ' not valid' : ''}`;
    if (isForeign) back.push(statement);
    else back.unshift(statement);
  }
  const indexes = await client.query(
    `select indexname as name, indexdef as definition from pg_indexes where tablename in (${names})`,
  );
  for (const { name, definition } of indexes.rows) {
    await client.query(`drop index "${name}"`);
    back.unshift(definition);
  }
  return back;
}

function digest(text: string): string {
  return `'sha256:' || encode(sha256((${text})::bytea), 'hex')`;
}

/** Numbers of images and layers count over all repositories, so that each finds its own by its number alone. */
function statements(now: number): string[] {
  return [
    `create temp table numbered_images as
     select before + own as n, id, own, images, before, ${digest(`'image ' || (before + own)`)} as digest
     from seeded, generate_series(0, images - 1) own`,
    `create temp table numbered_layers as
     select ${NEW_LAYERS} * n + part as n, id, ${digest(`'layer ' || (${NEW_LAYERS} * n + part)`)} as digest, gen_random_uuid()::text as key
     from numbered_images, generate_series(0, ${NEW_LAYERS - 1}) part
     union all
     select -i, (select id from seeded where n = 0), ${digest(`'layer ' || (-i)`)}, gen_random_uuid()::text
     from generate_series(1, ${EXPIRED}) i`,
    'analyze numbered_images, numbered_layers',
    `insert into ${INTO.objects} select key, ${REGISTRY_COLUMNS}, digest, 31457280, 'live', ${now} from numbered_layers`,
    `insert into ${INTO.layers} select id, digest, key, 31457280, 'application/vnd.oci.image.layer.v1.tar+gzip',
       case when n < 0 then 1 when n % 1000 = 0 then 2 else 0 end, ${now}, ${NUMBER_OF_LAYER}
     from numbered_layers`,
    `insert into ${INTO.images}
     select id, digest, 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.config.v1+json', 1700,
       314572800, case when own % ${REFERRER_EVERY} = ${REFERRER_EVERY - 1} then
         ${digest(`'image ' || (before + own - own % ${REFERRER_EVERY * REFERRERS_OF_ONE})`)} end,
       null, ${now} - (images - own) * 60000::bigint,
       (select string_agg('{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:'::bytea
          || encode(sha256((n || '/' || part)::bytea), 'hex')::bytea || '","size":31457280},'::bytea, ''::bytea)
        from generate_series(0, ${LAYERS_OF_IMAGE}) part), n + 1
     from numbered_images`,
    `insert into ${INTO.image_layers}
     select image + 1, ${NUMBER_OF_LAYER} from (
       select n as image, ${NEW_LAYERS} * before + (${NEW_LAYERS} * own + part) % (${NEW_LAYERS} * images) as n
       from numbered_images, generate_series(0, ${LAYERS_OF_IMAGE - 1}) part) as needed`,
    `insert into ${INTO.tags} select id, 'build-' || lpad(own::text, 7, '0'), digest, ${now} from numbered_images`,
  ];
}
