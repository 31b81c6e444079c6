import { type Kysely, sql } from 'kysely';

/** Which transactions committed: see `postgres-commits.ts`. Times are the server's own. */
export async function createCommits(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('commits')
    .addColumn('id', 'uuid', (c) => c.primaryKey())
    // 1: entered by somebody who wanted to know, so that the transaction itself can never commit.
    .addColumn('is_abandoned', 'integer', (c) => c.notNull())
    .addColumn('at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .execute();
  await db.schema.createIndex('commits_by_age').on('commits').columns(['at']).execute();
}
