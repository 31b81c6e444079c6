import { type RawBuilder, sql } from 'kysely';

/** The number of a row that is added to the table, alone: one of several would have the same. */
export function nextOf(table: 'images' | 'layers'): RawBuilder<number> {
  return sql<number>`(select number from ${sql.table(`next_of_${table}`)})`;
}
