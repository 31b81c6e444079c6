import { queueObjects } from './candidates.ts';
import { addObject } from './objects.ts';
import type { Reading, Writing } from './port.ts';
import type { ImageRow, ObjectRow, RepositoryRow } from './tables.ts';

/** An object that is stored in the clear, with one of the repositories that have it; null where none has. */
export type ClearObject = ObjectRow & { readonly repository_name: string | null };

/** An image whose manifest is in the clear, with its repository. */
export type ClearImage = Pick<ImageRow, 'repository_id' | 'digest' | 'manifest' | 'annotations'> & {
  readonly repository: RepositoryRow;
};

/** What of an image's row changes when it is sealed. */
export type SealedImageRow = Pick<ImageRow, 'repository_id' | 'digest' | 'manifest' | 'annotations' | 'is_sealed'>;

/** Up to `limit` objects by key, behind `after`, that are stored in the clear. */
export function clearObjects(tx: Reading, after: string, limit: number): Promise<ClearObject[]> {
  return tx
    .selectFrom('objects')
    .selectAll('objects')
    .select((e) =>
      e
        .selectFrom('layers')
        .innerJoin('repositories', 'repositories.id', 'layers.repository_id')
        .select('repositories.name')
        .whereRef('layers.object_key', '=', 'objects.object_key')
        .limit(1)
        .as('repository_name'),
    )
    .where('objects.seal', 'is', null)
    .where('objects.object_key', '>', after)
    .where('objects.size', '>', 0)
    .where('objects.state', '=', 'live')
    .orderBy('objects.object_key')
    .limit(limit)
    .execute();
}

/**
 * Lets every layer of the object `from` have its bytes in `to`, which are the same and sealed. Their leases stay. False
 * when `from` has gone meanwhile, or is not what it was; or when the bytes of `to` may be gone.
 */
export async function replaceBySealed(tx: Writing, from: ObjectRow, to: ObjectRow): Promise<boolean> {
  const current = await tx
    .updateTable('objects')
    .set({ state: from.state })
    .where('object_key', '=', from.object_key)
    .where('state', '=', 'live')
    .executeTakeFirst();
  const arrived = await tx
    .deleteFrom('collected_objects')
    .where('object_key', '=', to.object_key)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (current.numUpdatedRows !== 1n || arrived.numDeletedRows !== 1n) return false;
  await addObject(tx, to);
  await tx
    .updateTable('layers')
    .set({ object_key: to.object_key, seal: null })
    .where('object_key', '=', from.object_key)
    .execute();
  await queueObjects(tx, [from.object_key], 'its bytes were sealed, and lie elsewhere since');
  return true;
}

/** Up to `limit` images whose manifests are in the clear, behind `after`. */
export async function clearImages(
  tx: Reading,
  after: Pick<ImageRow, 'repository_id' | 'digest'>,
  limit: number,
): Promise<ClearImage[]> {
  const images = await tx
    .selectFrom('images')
    .select(['repository_id', 'digest', 'manifest', 'annotations'])
    .where('is_sealed', '=', 0)
    .where((e) => e(e.refTuple('repository_id', 'digest'), '>', e.tuple(after.repository_id, after.digest)))
    .orderBy('repository_id')
    .orderBy('digest')
    .limit(limit)
    .execute();
  if (images.length === 0) return [];
  const ids = [...new Set(images.map((it) => it.repository_id))];
  const rows = await tx.selectFrom('repositories').selectAll().where('id', 'in', ids).execute();
  const repositories = new Map(rows.map((it) => [it.id, it]));
  return images.flatMap((image) => {
    const repository = repositories.get(image.repository_id);
    return repository ? [{ ...image, repository }] : [];
  });
}

/** Puts the sealed contents of an image where those in the clear were. */
export async function putSealedImage(tx: Writing, image: SealedImageRow): Promise<void> {
  const { repository_id, digest, ...contents } = image;
  await tx
    .updateTable('images')
    .set(contents)
    .where('repository_id', '=', repository_id)
    .where('digest', '=', digest)
    .execute();
}
