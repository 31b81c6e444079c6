import { type Kysely, sql } from 'kysely';

/** One process writes at a time: what was appended later has the greater number, and is settled when it can be seen. */
export async function numberJobsOnSqlite(db: Kysely<unknown>): Promise<void> {
  for (const table of ['changes', 'jobs']) {
    await db.schema.createIndex(`${table}_by_seq`).on(table).columns(['seq']).execute();
    await sql`
      create trigger ${sql.raw(`number_${table}`)} after insert on ${sql.table(table)} when new.seq = 0 begin
        update ${sql.table(table)} set seq = (select max(seq) + 1 from ${sql.table(table)}) where id = new.id;
      end`.execute(db);
  }
  await sql`create view settled_changes as select * from changes`.execute(db);
}

/**
 * Ids of transactions are given when they first write, and of two that write the same row the second begins behind the
 * first: their order is one in which the changes could have been made one by one. Below the oldest id that is still in
 * use nothing can be added. Ids from beyond the newest are those of another server, whose dump was restored here.
 */
export async function numberJobsOnPostgres(db: Kysely<unknown>): Promise<void> {
  await sql`create sequence job_numbers`.execute(db);
  for (const table of ['changes', 'jobs']) {
    await sql`alter table ${sql.table(table)} alter column seq set default nextval('job_numbers')`.execute(db);
  }
  await sql`alter table changes alter column position set default pg_current_xact_id()::text::bigint`.execute(db);
  await sql`
    create view settled_changes as select * from changes
    where position < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
       or position >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`.execute(db);
}
