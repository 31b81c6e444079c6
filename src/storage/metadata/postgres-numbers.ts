import { type Kysely, sql } from 'kysely';
import type { Tables } from './tables.ts';

/**
 * Makes what came from another database come before all that is added here: rows were copied with their numbers, and those
 * drawn here go on behind them.
 */
export async function settleNumbers(db: Kysely<Tables>): Promise<void> {
  for (const table of ['images', 'layers']) {
    const numbers = sql.raw(`numbers_of_${table}`);
    await sql`
      select setval('${numbers}', copied.last) from (select max(number) as last from ${sql.table(table)}) as copied
      where copied.last > (select last_value from ${numbers})`.execute(db);
  }
  await sql`
    select setval('job_numbers', copied.last) from
      (select greatest((select max(seq) from jobs), (select max(seq) from changes)) as last) as copied
    where copied.last > (select last_value from job_numbers)`.execute(db);
}
