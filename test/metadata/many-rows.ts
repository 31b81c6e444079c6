// A registry large enough that reading a whole table is never the quickest way.
import type { Client } from 'pg';

/** The account and region of all of it; `r0` is its large repository. */
export const REGISTRY = { account: '000000000001', region: 'eu-west-1' };

const REGISTRY_COLUMNS = `'${REGISTRY.account}', '${REGISTRY.region}'`;

/** Half of the layers and two thirds of the images are in r0, the others in 20,000 small repositories. */
export async function makeManyRows(client: Client): Promise<void> {
  // Without foreign keys being looked at: the rows fit as they are made.
  await client.query('set session_replication_role = replica');
  await client.query(`
    insert into repositories select 'r' || i, ${REGISTRY_COLUMNS}, 'name-' || i, i, 'MUTABLE', '[]', 0, 'AES256', null
      from generate_series(0, 20000) i;
    insert into objects select 'o' || i, ${REGISTRY_COLUMNS}, 'sha256:d' || i, 1, 'live', i from generate_series(1, 120000) i;
    insert into layers select case when i <= 60000 then 'r0' else 'r' || (i % 20000) end, 'sha256:d' || i, 'o' || i, 1, null,
      case when i % 3 = 0 then i else 0 end, i from generate_series(1, 100000) i;
    insert into images select case when i <= 40000 then 'r0' else 'r' || (i % 20000) end, 'sha256:i' || i, 'type', 'artifact',
      2, 2, case when i % 10 = 0 then 'sha256:i' || (i % 100) end, null, i, '{}' from generate_series(1, 60000) i;
    insert into image_layers select case when i <= 40000 then 'r0' else 'r' || (i % 20000) end, 'sha256:i' || i,
      'sha256:d' || (1 + (i * 3 + k * 7) % 60000) from generate_series(1, 60000) i, generate_series(1, 4) k;
    insert into image_children select 'r0', 'sha256:i' || i, 'sha256:i' || (i + 1) from generate_series(20, 40000, 20) i;
    insert into tags select 'r0', 't' || i, 'sha256:i' || i, i from generate_series(1, 40000, 2) i;
    insert into tags select 'r0', 'u' || i, 'sha256:i' || i, i from generate_series(1, 40000, 4) i;
    insert into collection_candidates select 'o' || i, 'why' from generate_series(90000, 110000) i;
    insert into uploads select 'u' || i, ${REGISTRY_COLUMNS}, 'r0', 'me', 'uo' || i, 1, '', 'sha256', 0, 0, 0, null, 0, i, i
      from generate_series(1, 20000) i;
    insert into collected_objects select 'g' || i, ${REGISTRY_COLUMNS}, 'sha256:g' || (i % 20000), 1, null, 'why', i,
      case when i % 2 = 0 then 1000000 + i else i end, case when i % 4 = 1 then i end from generate_series(1, 80000) i;
    insert into access_keys select 'AKIA' || i, '${REGISTRY.account}', '', 'Active', 1, i, 'AIDA' || i
      from generate_series(1, 20000) i;
    insert into commits select gen_random_uuid(), 0, now() - i * interval '1 second' from generate_series(1, 50000) i;
  `);
  await client.query('set session_replication_role = origin');
  await client.query('vacuum analyze');
}
