import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/**
 * Makes what came from another database come before all that is added here. Jobs were copied with their numbers, and
 * those drawn here go on behind them; in a dump of another server the ids of its transactions may be from beyond the
 * newest of this one, which those of no row made here are.
 */
export async function settleNumbers(db: Kysely<Tables>): Promise<void> {
  await sql`
    select setval('job_numbers', copied.last) from
      (select greatest((select max(seq) from jobs), (select max(seq) from changes)) as last) as copied
    where copied.last > (select last_value from job_numbers)`.execute(db);
  await sql`
    update changes set position = 0
    where position >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`.execute(db);
}
