import { type Kysely, sql } from 'kysely';

/**
 * The outbox is ordered by the numbers of changes alone, and has no other key: on SQLite they are those of its rows, so
 * that a change is written to the end of one tree.
 */
export async function orderChangesOnSqlite(db: Kysely<unknown>): Promise<void> {
  await sql`drop view settled_changes`.execute(db);
  await db.schema.alterTable('changes').renameTo('changes_before').execute();
  await db.schema
    .createTable('changes')
    .addColumn('seq', 'integer', (c) => c.primaryKey())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('account', 'text', (c) => c.notNull())
    .addColumn('region', 'text', (c) => c.notNull())
    .addColumn('repository_id', 'text', (c) => c.notNull())
    .addColumn('repository_name', 'text', (c) => c.notNull())
    .addColumn('principal_arn', 'text')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await sql`
    insert into changes
      (seq, id, at, account, region, repository_id, repository_name, principal_arn, kind, detail, attempts)
    select seq, id, at, account, region, repository_id, repository_name, principal_arn, kind, detail, attempts
      from changes_before order by seq`.execute(db);
  // With its indexes and its trigger.
  await db.schema.dropTable('changes_before').execute();
}

/** Until here they were in the order of ids of transactions: those that wait are in it once more. */
export async function orderChangesOnPostgres(db: Kysely<unknown>): Promise<void> {
  await sql`drop view settled_changes`.execute(db);
  await sql`
    update changes set seq = moved.seq from
      (select id, nextval('job_numbers') as seq from (select id from changes order by position, seq) as waiting) as moved
    where changes.id = moved.id`.execute(db);
  // With the index that begins with it.
  await sql`alter table changes drop column position`.execute(db);
  await sql`alter table changes drop constraint changes_pkey`.execute(db);
  await sql`alter table changes add primary key (seq)`.execute(db);
}
