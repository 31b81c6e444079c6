import { type Kysely, sql } from 'kysely';

/** Few images refer to another: the index that finds them need not hold the others, whose every push and delete it cost. */
export async function narrowReferrersIndex(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('images_by_subject').execute();
  await sql`create index images_by_subject on images (repository_id, subject_digest, digest)
    where subject_digest is not null`.execute(db);
}
