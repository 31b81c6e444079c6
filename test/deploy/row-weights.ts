// What a row weighs in PostgreSQL with its indexes, once its neighbours came in the order in which digests come: none. What goes by
// numbers comes in the order of pushes.
import { openPostgres } from '../../src/storage/metadata/postgres.ts';
import type { PostgresServer } from '../servers/postgres.ts';

const TABLES = ['objects', 'layers', 'images', 'image_layers', 'tags'] as const;
const NOW = 1_795_000_000_000;

/**
 * Bytes a row of each table, in a new database with 40 repositories, 40,000 layers and 4,000 images of 10 layers and one
 * tag each; a manifest has 1.8 KB.
 */
export async function rowWeights(postgres: PostgresServer): Promise<Record<(typeof TABLES)[number], number>> {
  const url = await postgres.createDatabase();
  const metadata = await openPostgres(url, { as: 'owner', connections: 2, log: { warn: () => undefined } });
  const database = new URL(url).pathname.slice(1);
  const query = (statement: string) => postgres.query(statement, database);
  try {
    for (const statement of ROWS) await query(statement);
    const weighed = TABLES.map(async (table) => {
      const [row] = await query(`select pg_total_relation_size('${table}') / count(*)::float8 as weight from ${table}`);
      return [table, Math.round(Number(row?.['weight']))] as const;
    });
    const weights = await Promise.all(weighed);
    return Object.fromEntries(weights) as Record<(typeof TABLES)[number], number>;
  } finally {
    await metadata.close();
  }
}

const ROWS = [
  `insert into repositories (id, account, region, name, created_at, tag_mutability, tag_mutability_exclusions,
     scan_on_push, encryption_type)
   select gen_random_uuid()::text, '123456789012', 'us-east-1', 'team/app-' || n, ${NOW}, 'MUTABLE', '[]', 0, 'AES256'
   from generate_series(1, 40) n`,
  `insert into objects (object_key, account, region, digest, size, state, created_at)
   select gen_random_uuid()::text, '123456789012', 'us-east-1', 'sha256:' || encode(sha256(('layer ' || n)::bytea), 'hex'),
     31457280, 'live', ${NOW}
   from generate_series(1, 40000) n`,
  `insert into layers (repository_id, digest, object_key, size, media_type, leased_until, created_at, number)
   select r.id, o.digest, o.object_key, o.size, 'application/vnd.oci.image.layer.v1.tar+gzip', 0, ${NOW}, o.n
   from (select *, row_number() over (order by object_key) as n from objects) o
   join (select id, row_number() over (order by id) - 1 as n from repositories) r on r.n = o.n % 40`,
  `insert into images (repository_id, digest, media_type, artifact_type, manifest_size, image_size, pushed_at, manifest, number)
   select r.id, 'sha256:' || encode(sha256(('image ' || i)::bytea), 'hex'), 'application/vnd.oci.image.manifest.v1+json',
     'application/vnd.oci.image.config.v1+json', 1800, 314572800, ${NOW} + i,
     (select string_agg('{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:'::bytea
        || encode(sha256((i || '/' || part)::bytea), 'hex')::bytea || '","size":31457280},'::bytea, ''::bytea)
      from generate_series(1, 11) part), i
   from generate_series(1, 4000) i
   join (select id, row_number() over (order by id) - 1 as n from repositories) r on r.n = i % 40`,
  `insert into image_layers (image_number, layer_number)
   select i.number, l.number
   from (select *, row_number() over (partition by repository_id order by pushed_at) as n from images) i
   join (select *, row_number() over (partition by repository_id order by object_key) as n from layers) l
     on l.repository_id = i.repository_id and (l.n - 1) / 10 = i.n - 1`,
  `insert into tags (repository_id, tag, digest, updated_at)
   select repository_id, 'v1.0.' || pushed_at, digest, pushed_at from images`,
];
