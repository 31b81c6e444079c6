import type { Kysely } from 'kysely';

/**
 * Digests are random: an index of the journal by digest had a page of its own written for each image that went, a sixth
 * of what a lifecycle run writes. Who asks what was done to a digest reads through an index in the order of time instead,
 * a tenth of a second for a million images that went. On PostgreSQL such pages are not what is waited for, and there may
 * be many more of them.
 */
export async function keepJournalInOrder(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('lifecycle_actions_by_digest').execute();
  await db.schema.dropIndex('lifecycle_actions_by_age').execute();
  await db.schema.createIndex('lifecycle_actions_by_age').on('lifecycle_actions').columns(['at', 'digest']).execute();
}
