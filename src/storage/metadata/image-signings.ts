import type { Reading, Writing } from './port.ts';
import type { ImageSigningRow } from './signing-tables.ts';

type Signed = Pick<ImageSigningRow, 'repository_id' | 'digest' | 'profile_arn'>;

/** Notes that an image is to be signed; false when the image is gone, or is signed by that profile already. */
export async function beginImageSigning(
  tx: Writing,
  { repository_id, digest, profile_arn, now }: Signed & { readonly now: Date },
): Promise<boolean> {
  const added = await tx
    .insertInto('image_signings')
    .columns(['repository_id', 'digest', 'profile_arn', 'status', 'created_at'])
    .expression(
      tx
        .selectFrom('images')
        .select((e) => [
          'repository_id',
          'digest',
          e.cast<string>(e.val(profile_arn), 'text').as('profile_arn'),
          e.cast<'IN_PROGRESS'>(e.val('IN_PROGRESS'), 'text').as('status'),
          e.cast<number>(e.val(now.getTime()), 'bigint').as('created_at'),
        ])
        .where('repository_id', '=', repository_id)
        .where('digest', '=', digest),
    )
    .onConflict((c) => c.columns(['repository_id', 'digest', 'profile_arn']).doNothing())
    .executeTakeFirst();
  return Number(added.numInsertedOrUpdatedRows) === 1;
}

export function findImageSigning(
  tx: Reading,
  { repository_id, digest, profile_arn }: Signed,
): Promise<ImageSigningRow | undefined> {
  return tx
    .selectFrom('image_signings')
    .selectAll()
    .where('repository_id', '=', repository_id)
    .where('digest', '=', digest)
    .where('profile_arn', '=', profile_arn)
    .executeTakeFirst();
}

/** Those of an image, by profile. */
export function imageSignings(tx: Reading, repositoryId: string, digest: string): Promise<ImageSigningRow[]> {
  return tx
    .selectFrom('image_signings')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .orderBy('profile_arn')
    .execute();
}

/** Keeps the signature unless there is one; answers the one that holds, undefined when the image is gone. */
export async function settleEnvelope(tx: Writing, signed: Signed, envelope: string): Promise<string | undefined> {
  const known = await findImageSigning(tx, signed);
  if (!known || known.envelope !== null) return known?.envelope ?? undefined;
  await changeImageSigning(tx, signed, { envelope });
  return envelope;
}

export async function changeImageSigning(
  tx: Writing,
  { repository_id, digest, profile_arn }: Signed,
  change: Partial<Pick<ImageSigningRow, 'status' | 'failure_code' | 'failure_reason' | 'envelope'>>,
): Promise<void> {
  await tx
    .updateTable('image_signings')
    .set(change)
    .where('repository_id', '=', repository_id)
    .where('digest', '=', digest)
    .where('profile_arn', '=', profile_arn)
    .execute();
}
