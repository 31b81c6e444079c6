// A registry large enough that reading a whole table is never the quickest way.
import type { Client } from 'pg';

/** The account and region of all of it; `r0` is its large repository. */
export const REGISTRY = { account: '000000000001', region: 'eu-west-1' };

const REGISTRY_COLUMNS = `'${REGISTRY.account}', '${REGISTRY.region}'`;

/** Half of the layers and two thirds of the images are in r0, the others in 10,000 small repositories. */
export async function makeManyRows(client: Client): Promise<void> {
  // Without foreign keys being looked at: the rows fit as they are made.
  await client.query('set session_replication_role = replica');
  await client.query(`
    insert into repositories select 'r' || i, ${REGISTRY_COLUMNS}, 'name-' || i, i, 'MUTABLE', '[]', 0, 'AES256', null
      from generate_series(0, 10000) i;
    insert into objects select 'o' || i, ${REGISTRY_COLUMNS}, 'sha256:d' || i, 1, 'live', i from generate_series(1, 60000) i;
    insert into layers select case when i <= 30000 then 'r0' else 'r' || (i % 10000) end, 'sha256:d' || i, 'o' || i, 1, null,
      case when i % 3 = 0 then i else 0 end, i, null, 0, i from generate_series(1, 50000) i;
    insert into images (repository_id, digest, media_type, artifact_type, manifest_size, image_size, subject_digest,
      annotations, pushed_at, manifest, number) select case when i <= 20000 then 'r0' else 'r' || (i % 10000) end, 'sha256:i' || i, 'type', 'artifact',
      2, 2, case when i % 10 = 0 then 'sha256:i' || (i % 100) end, null, i, '{}', i from generate_series(1, 30000) i;
    insert into image_layers select i, 1 + (i * 3 + k * 7) % 30000 from generate_series(1, 30000) i, generate_series(1, 2) k;
    insert into image_children select 'r0', 'sha256:i' || i, 'sha256:i' || (i + 1) from generate_series(20, 20000, 20) i;
    insert into tags select 'r0', 't' || i, 'sha256:i' || i, i from generate_series(1, 20000, 2) i;
    insert into tags select 'r0', 'u' || i, 'sha256:i' || i, i from generate_series(1, 20000, 4) i;
    insert into tags select 'r0', 'v' || i || '-' || k, 'sha256:i' || i, i from generate_series(1, 20000, 2) i, generate_series(1, 4) k;
    insert into collection_candidates select 'o' || i, 'why' from generate_series(45000, 55000) i;
    insert into uploads select 'u' || i, ${REGISTRY_COLUMNS}, 'r0', 'me', 'uo' || i, 1, '', 'sha256', 0, 0, 0, null, 0, i, i
      from generate_series(1, 10000) i;
    insert into collected_objects select 'g' || i, ${REGISTRY_COLUMNS}, 'sha256:g' || (i % 10000), 1, null, 'why', i,
      case when i % 2 = 0 then 1000000 + i else i end, case when i % 4 = 1 then i end from generate_series(1, 20000) i;
    insert into access_keys select 'AKIA' || i, '${REGISTRY.account}', '', 'Active', 1, i, 'AIDA' || i
      from generate_series(1, 10000) i;
    insert into commits select gen_random_uuid(), 0, now() - i * interval '1 second' from generate_series(1, 10000) i;
  `);
  await client.query(FOLLOW_UP);
  await client.query(OF_IMAGES);
  await client.query(OF_ACCOUNTS);
  await client.query('set session_replication_role = origin');
  await client.query('vacuum analyze');
}

/** Half of the jobs are due, and so are all of an order of 30,000; the meter has counted for a thousand hours. */
const FOLLOW_UP = `
  insert into changes select 'c' || i, i, i, ${REGISTRY_COLUMNS}, 'r' || (i % 2000), 'n', null, 'image-pushed', '{}', 0
    from generate_series(1, 10000) i;
  insert into jobs select 'j' || i, i, case when i % 2 = 0 then 'quick' else 'later' end, ${REGISTRY_COLUMNS}, '{}',
    case when i % 3 = 0 then 'o' || (i % 1000) end, 'u' || i, null, case when i % 100 = 5 then 'dead' else 'waiting' end, 0,
    i * 50, case when i = 77 then 'me' end, 0, null, i from generate_series(1, 10000) i;
  insert into jobs select 'j' || i, i, 'quick', ${REGISTRY_COLUMNS}, '{}', 'long', 'u' || i, null, 'waiting', 0, 1, null, 0,
    null, i from generate_series(10001, 40000) i;
  insert into stored_parts select 'r' || case when i % 2 = 0 then 0 else i end, 'layer', 'sha256:d' || i, 1, 1, 0,
    case when i % 200 = 0 then i end from generate_series(1, 10000) i;
  insert into storage_levels select 'r' || i, 'STANDARD', lpad((i % 10)::text, 12, '0'), 'eu-west-1', 'name-' || i, 1, 1
    from generate_series(1, 10000) i;
  insert into metered_storage select lpad((i % 2)::text, 12, '0'), 'eu-west-1', i / 20 + 1, i / 20, 'name-' || (i % 20), 'k',
    0, 1, case when i < 10000 then 'hour' else 'day' end from generate_series(1, 20000) i;
  insert into metered_usage select account, region, ends_at, starts_at, repository_name, kind, 'o', '', 1, unit
    from metered_storage;
  insert into metered_batches select 'b' || i, i from generate_series(1, 10000) i;
  insert into cost_tags select lpad((i % 50)::text, 12, '0'), 'eu-west-1', 'gone-' || i, 'key', 'value'
    from generate_series(1, 10000) i;
  insert into repository_tags select 'r' || i, 'key', 'value' from generate_series(1, 10000) i;
`;

const OF_IMAGES = `
  insert into lifecycle_policies select 'r' || i, 'p', '{}', 0, 0, i from generate_series(1, 10000) i;
  insert into lifecycle_actions select case when i % 2 = 0 then 'r0' else 'r' || i end, i, 'a' || i,
    'sha256:i' || (i % 2000), 'expire', '[]', 0, 'p', 1, 'why' from generate_series(1, 10000) i;
  insert into lifecycle_previews select 'r' || i, 'p', '{}', case when i % 2 = 0 then 'COMPLETE' else 'EXPIRED' end, i, i, 0, 0
    from generate_series(1, 10000) i;
  insert into lifecycle_preview_results select case when i <= 5000 then 'r0' else 'r' || i end, 'p0', i, 'sha256:i' || i,
    case when i % 3 = 0 then '[]' else '["t"]' end, i, 'expire', 1, 'STANDARD' from generate_series(1, 10000) i;
  insert into resource_policies select 'repository', 'r' || i, '{}', '[]', 'v', i from generate_series(1, 10000) i;
  insert into image_pulls select 'r0', 'sha256:i' || i, '', i, i from generate_series(1, 10000) i;
  insert into image_uses select 'r0', 'sha256:i' || i, 'cluster-' || k, i, case when k < 20 and i < 200 then 1 else 0 end, null
    from generate_series(1, 500) i, generate_series(1, 20) k;
  insert into trashed_images select case when i % 2 = 0 then 'r0' else 'r' || i end, 'sha256:i' || i, 'type', '', 2, 0, '[]',
    i, null, i from generate_series(1, 10000) i;
  insert into trashed_repositories select 'r' || i, ${REGISTRY_COLUMNS}, 'name-' || i, i, null, i
    from generate_series(1, 10000) i;
  insert into tag_history select case when i % 2 = 0 then 'r0' else 'r' || i end, 't' || (i % 1001), i, 'h' || i, i, null,
    'sha256:i1', null, 'pushed' from generate_series(1, 10000) i;
  insert into image_signings select 'r0', 'sha256:i' || i, 'arn' || k, 'COMPLETE', null, null, null, i
    from generate_series(1, 5000) i, generate_series(1, 2) k;
`;

/** As many rules about events as an account may have; many of others. */
const OF_ACCOUNTS = `
  insert into event_rules select case when i <= 300 then '${REGISTRY.account}' else lpad(i::text, 12, '0') end, 'eu-west-1',
    'rule-' || i, '{}', 1, 'ENABLED', null, null, 'me', i from generate_series(1, 10000) i;
  insert into event_targets select account, region, name, 't' || k, 'https://example.com/' || (created_at % 200), '{}'
    from event_rules, generate_series(0, 1) k;
  insert into event_rule_tags select account, region, name, 'key', 'value' from event_rules;
  insert into signing_profiles select ${REGISTRY_COLUMNS}, 'profile_' || i, 'v', 'p', 1, 'DAYS', null, '{}', 'Active', 'k', '', i
    from generate_series(1, 10000) i;
  insert into repository_creation_templates select lpad((i % 10)::text, 12, '0'), 'eu-west-1', 'prefix-' || i, 'prefix-' || i, null, 'AES256', null,
    '[]', 'MUTABLE', '[]', null, null, '[]', null, i, i from generate_series(1, 10000) i;
  insert into pull_through_cache_rules select lpad((i % 10)::text, 12, '0'), 'eu-west-1', 'prefix-' || i, 'prefix-' || i, 'https://example.com',
    null, null, null, null, i, i from generate_series(1, 10000) i;
  insert into pull_time_exclusions select ${REGISTRY_COLUMNS}, 'arn-' || i, i from generate_series(1, 10000) i;
  insert into audit_events select 'e' || i, ${REGISTRY_COLUMNS}, i, case when i % 1000 = 0 then 'Rare' else 'PutImage' end,
    case when i % 1000 = 0 then 'rare.amazonaws.com' else 'ecr.amazonaws.com' end, i % 2, 'user-' || (i % 1000),
    'AKIA' || (i % 1000), '{}' from generate_series(1, 10000) i;
  insert into audit_resources select event_id, case when at % 1000 = 0 then 'AWS::Rare' else 'AWS::ECR::Repository' end,
    'resource-' || (at % 1000), account, region, at from audit_events;
`;
