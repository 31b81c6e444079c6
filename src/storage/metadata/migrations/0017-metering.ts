import { type Kysely, sql } from 'kysely';
import type { ColumnTypes } from './0001-registry.ts';

/** What is stored and used; what is there already counts from now on. */
export async function createMeteringTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const text = sql.raw<unknown>(types.text);

  await db.schema
    .createTable('stored_parts')
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('active_refs', 'bigint', (c) => c.notNull())
    .addColumn('archived_refs', 'bigint', (c) => c.notNull())
    .addColumn('archived_at', 'bigint')
    .addPrimaryKeyConstraint('stored_parts_pk', ['repository_id', 'kind', 'digest'])
    .execute();
  await db.schema
    .createTable('storage_levels')
    .addColumn('repository_id', text, (c) => c.notNull())
    .addColumn('storage_class', text, (c) => c.notNull())
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('repository_name', text, (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('storage_levels_pk', ['repository_id', 'storage_class'])
    .execute();
  await db.schema
    .createIndex('storage_levels_by_account')
    .on('storage_levels')
    .columns(['account', 'repository_id', 'storage_class'])
    .execute();

  await db.schema
    .createTable('metered_storage')
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('ends_at', 'bigint', (c) => c.notNull())
    .addColumn('starts_at', 'bigint', (c) => c.notNull())
    .addColumn('repository_name', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('coarse', 'bigint', (c) => c.notNull())
    .addColumn('fine', 'bigint', (c) => c.notNull())
    .addColumn('unit', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('metered_storage_pk', [
      'account',
      'ends_at',
      'starts_at',
      'region',
      'repository_name',
      'kind',
    ])
    .execute();
  await db.schema.createIndex('metered_storage_by_unit').on('metered_storage').columns(['unit', 'ends_at']).execute();
  await db.schema
    .createTable('metered_usage')
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('ends_at', 'bigint', (c) => c.notNull())
    .addColumn('starts_at', 'bigint', (c) => c.notNull())
    .addColumn('repository_name', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('operation', text, (c) => c.notNull())
    .addColumn('node', text, (c) => c.notNull())
    .addColumn('quantity', 'bigint', (c) => c.notNull())
    .addColumn('unit', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('metered_usage_pk', [
      'account',
      'ends_at',
      'starts_at',
      'region',
      'repository_name',
      'kind',
      'operation',
      'node',
    ])
    .execute();
  await db.schema.createIndex('metered_usage_by_unit').on('metered_usage').columns(['unit', 'ends_at']).execute();
  await db.schema
    .createTable('metered_batches')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('cost_tags')
    .addColumn('account', text, (c) => c.notNull())
    .addColumn('region', text, (c) => c.notNull())
    .addColumn('repository_name', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('cost_tags_pk', ['account', 'region', 'repository_name', 'key'])
    .execute();

  await countWhatIsThere(db, types);
}

async function countWhatIsThere(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const now = types.bytes === 'blob' ? 'unixepoch() * 1000' : '(extract(epoch from now()) * 1000)::bigint';
  await sql`
    insert into stored_parts (repository_id, kind, digest, size, active_refs, archived_refs, archived_at)
    select repository_id, 'manifest', digest, manifest_size,
      case when status = 'ACTIVE' then 1 else 0 end, case when status = 'ACTIVE' then 0 else 1 end,
      case when status = 'ACTIVE' then null else archived_at end
    from images`.execute(db);
  await sql`
    insert into stored_parts (repository_id, kind, digest, size, active_refs, archived_refs, archived_at)
    select i.repository_id, 'layer', l.digest, l.size,
      sum(case when i.status = 'ACTIVE' then 1 else 0 end), sum(case when i.status = 'ACTIVE' then 0 else 1 end),
      case when sum(case when i.status = 'ACTIVE' then 1 else 0 end) = 0 then max(i.archived_at) else null end
    from images i
    join image_layers r on r.repository_id = i.repository_id and r.image_digest = i.digest
    join layers l on l.repository_id = r.repository_id and l.digest = r.layer_digest
    group by i.repository_id, l.digest, l.size`.execute(db);
  await sql`
    insert into storage_levels (repository_id, storage_class, account, region, repository_name, bytes, since)
    select p.repository_id, case when p.active_refs > 0 then 'STANDARD' else 'ARCHIVE' end,
      r.account, r.region, r.name, sum(p.size), ${sql.raw(now)}
    from stored_parts p join repositories r on r.id = p.repository_id
    group by p.repository_id, case when p.active_refs > 0 then 'STANDARD' else 'ARCHIVE' end,
      r.account, r.region, r.name`.execute(db);
}
