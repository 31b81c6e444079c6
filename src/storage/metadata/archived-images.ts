import { sql } from 'kysely';
import type { Writing } from './port.ts';

/** Archives an active image, and lets readers of its layers look whether others need them. False when it was not active. */
export async function markArchived(tx: Writing, repositoryId: string, digest: string, now: Date): Promise<boolean> {
  const result = await tx
    .updateTable('images')
    .set({ status: 'ARCHIVED', archived_at: now.getTime() })
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .where('status', '=', 'ACTIVE')
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) return false;
  await sql`
    update layers set was_archived = 1
    where repository_id = ${repositoryId} and was_archived = 0 and number in (
      select layer_number from image_layers join images on images.number = image_layers.image_number
      where images.repository_id = ${repositoryId} and images.digest = ${digest}
    )`.execute(tx);
  return true;
}

/** Begins to bring an archived image back. False when it was not archived. */
export async function markActivating(tx: Writing, repositoryId: string, digest: string): Promise<boolean> {
  const result = await tx
    .updateTable('images')
    .set({ status: 'ACTIVATING' })
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .where('status', '=', 'ARCHIVED')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Has the image back, whether that was begun or not. False when it was active. */
export async function markActive(tx: Writing, repositoryId: string, digest: string, now: Date): Promise<boolean> {
  const result = await tx
    .updateTable('images')
    .set({ status: 'ACTIVE', activated_at: now.getTime() })
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .where('status', '<>', 'ACTIVE')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
