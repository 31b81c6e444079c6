import { chunks } from './chunks.ts';
import type { Reading, Writing } from './port.ts';
import type { UploadRow } from './tables.ts';
import { runUnawaited } from './unawaited.ts';

export async function addUpload(tx: Writing, row: UploadRow): Promise<void> {
  await runUnawaited(tx, tx.insertInto('uploads').values(row));
}

export function findUpload(tx: Reading, id: string): Promise<UploadRow | undefined> {
  return tx.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * Gives the upload to `claim` until `until`. False when somebody else holds it: two writers never add bytes to one
 * object at once.
 */
export async function claimUpload(
  tx: Writing,
  id: string,
  options: { claim: string; now: Date; until: Date },
): Promise<boolean> {
  const result = await tx
    .updateTable('uploads')
    .set({ claim: options.claim, claimed_until: options.until.getTime() })
    .where('id', '=', id)
    .where((e) => e.or([e('claim', 'is', null), e('claimed_until', '<', options.now.getTime())]))
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Gives an upload whose first bytes never became durable a new object; the old one may hold the rest of a crash. */
export async function renewObjectKey(tx: Writing, id: string, objectKey: string): Promise<void> {
  await tx.updateTable('uploads').set({ object_key: objectKey }).where('id', '=', id).execute();
}

/** Writes down how far the upload is. False when the claim is no longer the caller's: he must stop. */
export async function noteProgress(
  tx: Writing,
  id: string,
  claim: string,
  progress: Partial<
    Pick<UploadRow, 'size' | 'draft_state' | 'stored_size' | 'seal' | 'parts' | 'last_part_size' | 'small_part'>
  > &
    Pick<UploadRow, 'claimed_until' | 'expires_at'> & { claim: string | null },
): Promise<boolean> {
  const result = await tx
    .updateTable('uploads')
    .set(progress)
    .where('id', '=', id)
    .where('claim', '=', claim)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Lets the claim hold until `until`, if it is still the caller's. */
export async function renewClaim(tx: Writing, id: string, claim: string, until: Date): Promise<void> {
  await tx
    .updateTable('uploads')
    .set({ claimed_until: until.getTime() })
    .where('id', '=', id)
    .where('claim', '=', claim)
    .where('claimed_until', '<', until.getTime())
    .execute();
}

/** Lets anybody claim the upload at once; what the claimant left behind is treated as after a crash. */
export async function expireClaim(tx: Writing, id: string, claim: string): Promise<void> {
  await tx.updateTable('uploads').set({ claimed_until: 0 }).where('id', '=', id).where('claim', '=', claim).execute();
}

/** The same for every upload: for a start that knows that nobody else is running. */
export async function expireAllClaims(tx: Writing): Promise<void> {
  await tx.updateTable('uploads').set({ claimed_until: 0 }).where('claimed_until', '>', 0).execute();
}

/** Ends the upload; with a claim only if it is still the caller's. */
export async function removeUpload(tx: Writing, id: string, claim?: string): Promise<boolean> {
  let query = tx.deleteFrom('uploads').where('id', '=', id);
  if (claim !== undefined) query = query.where('claim', '=', claim);
  return (await query.executeTakeFirst()).numDeletedRows === 1n;
}

/**
 * Takes away up to `limit` uploads whose time is over and that nobody is adding to, those that ended first before the
 * others. Whoever still has a claim that lapsed finds it gone.
 */
export async function takeExpiredUploads(tx: Writing, now: Date, limit: number): Promise<UploadRow[]> {
  const expired = await tx
    .selectFrom('uploads')
    .selectAll()
    .where('expires_at', '<', now.getTime())
    .where((e) => e.or([e('claim', 'is', null), e('claimed_until', '<', now.getTime())]))
    .orderBy('expires_at')
    .limit(limit)
    .execute();
  const ids = expired.map((row) => row.id);
  for (const some of chunks(ids)) await tx.deleteFrom('uploads').where('id', 'in', some).execute();
  return expired;
}
