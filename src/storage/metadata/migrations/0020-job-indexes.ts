import { type Kysely, sql } from 'kysely';

/** Jobs that are in no order are found by when they are due; of an order the first alone, however many wait behind it. */
export async function splitJobIndexes(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('jobs_due').execute();
  await sql`create index jobs_due on jobs (kind, state, due_at, seq) where order_key is null`.execute(db);
  await sql`create index jobs_first on jobs (kind, order_key, seq) where state = 'waiting' and order_key is not null`.execute(
    db,
  );
  await sql`create index jobs_claimed on jobs (order_key) where claim is not null`.execute(db);
}
