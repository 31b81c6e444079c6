import type { Kysely } from 'kysely';

/** Ways to find rows that would be looked for in all of a table, or of a repository, otherwise. */
export async function addIndexes(db: Kysely<unknown>): Promise<void> {
  // Jobs that are due at one moment, as those are that are tried again together, are in their order as well.
  await db.schema.dropIndex('jobs_due').execute();
  await db.schema.createIndex('jobs_due').on('jobs').columns(['kind', 'state', 'due_at', 'seq']).execute();
  await db.schema
    .createIndex('image_uses_by_reporter')
    .on('image_uses')
    .columns(['repository_id', 'reporter'])
    .execute();
  await db.schema
    .createIndex('trashed_images_by_deletion')
    .on('trashed_images')
    .columns(['repository_id', 'deleted_at desc', 'digest'])
    .execute();
  await db.schema.createIndex('metered_batches_by_age').on('metered_batches').columns(['at']).execute();
  // A policy that is removed looks for who has it.
  await db.schema.createIndex('iam_attachments_by_policy_id').on('iam_attachments').columns(['policy_id']).execute();
}
