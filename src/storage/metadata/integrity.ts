import { chunks } from './chunks.ts';
import { isReferenced } from './layers.ts';
import type { Reading } from './port.ts';
import type { ImageRow, LayerRow, ObjectRow, RepositoryRow, TagRow, UploadRow } from './tables.ts';

/** Where a row lies, as far as its repository is known. */
export type Place = { readonly [Part in 'account' | 'region' | 'name']: RepositoryRow[Part] | null };

/** An object, and whether anything knows of it. */
export interface CheckedObject extends ObjectRow {
  readonly is_referenced: boolean;
  /** Whether the next collection will look at it. */
  readonly is_queued: boolean;
}

/** Objects by key, behind `after`. */
export async function objectsAfter(tx: Reading, after: string, limit: number): Promise<CheckedObject[]> {
  const rows = await tx
    .selectFrom('objects')
    .selectAll('objects')
    // Not `exists`: to answer that for many rows, PostgreSQL reads the whole of both tables.
    .select((e) => [
      e
        .selectFrom('layers')
        .select('layers.digest')
        .whereRef('layers.object_key', '=', 'objects.object_key')
        .limit(1)
        .as('layer_digest'),
      e
        .selectFrom('layers')
        .select('layers.seal')
        .whereRef('layers.object_key', '=', 'objects.object_key')
        .where('layers.seal', 'is not', null)
        .limit(1)
        .as('layer_seal'),
      e
        .selectFrom('collection_candidates')
        .select('collection_candidates.object_key')
        .whereRef('collection_candidates.object_key', '=', 'objects.object_key')
        .limit(1)
        .as('queued_key'),
    ])
    .where('objects.object_key', '>', after)
    .orderBy('objects.object_key')
    .limit(limit)
    .execute();
  return rows.map(({ layer_digest, layer_seal, queued_key, ...row }) => ({
    ...row,
    // The repository that it was sealed for may be gone, and its right to the key with it.
    seal: layer_seal ?? row.seal,
    is_referenced: layer_digest !== null,
    is_queued: queued_key !== null,
  }));
}

export function findObject(tx: Reading, objectKey: string): Promise<ObjectRow | undefined> {
  return tx.selectFrom('objects').selectAll().where('object_key', '=', objectKey).executeTakeFirst();
}

/**
 * Which of the keys belong to an object, an upload, or bytes that are yet to be removed; objects with how many
 * bytes of them the store should have. */
export async function knownKeys(tx: Reading, keys: readonly string[]): Promise<Map<string, { size?: number }>> {
  const known = new Map<string, { size?: number }>();
  for (const some of chunks(keys)) {
    const removals = await tx
      .selectFrom('collected_objects')
      .select('object_key')
      .where('object_key', 'in', some)
      .where('removed_at', 'is', null)
      .execute();
    const uploads = await tx.selectFrom('uploads').select('object_key').where('object_key', 'in', some).execute();
    for (const row of [...removals, ...uploads]) known.set(row.object_key, {});
    const objects = await tx
      .selectFrom('objects')
      .select(['object_key', 'stored_size'])
      .where('object_key', 'in', some)
      .execute();
    for (const row of objects) known.set(row.object_key, { size: row.stored_size });
  }
  return known;
}

/** Uploads by id, behind `after`. */
export function uploadsAfter(tx: Reading, after: string, limit: number): Promise<UploadRow[]> {
  return tx.selectFrom('uploads').selectAll().where('id', '>', after).orderBy('id').limit(limit).execute();
}

export interface CheckedLayer extends LayerRow, Place {
  readonly object_digest: string | null;
  readonly object_size: number | null;
  readonly is_referenced: boolean;
}

/** Layers by repository and digest, behind `after`. */
export async function layersAfter(
  tx: Reading,
  after: { repository_id: string; digest: string },
  limit: number,
): Promise<CheckedLayer[]> {
  const rows = await tx
    .selectFrom('layers')
    .leftJoin('objects', 'objects.object_key', 'layers.object_key')
    .leftJoin('repositories', 'repositories.id', 'layers.repository_id')
    .selectAll('layers')
    .select(['repositories.account', 'repositories.region', 'repositories.name'])
    .select(['objects.digest as object_digest', 'objects.size as object_size'])
    .select(isReferenced.as('is_referenced'))
    .where((e) =>
      e(e.refTuple('layers.repository_id', 'layers.digest'), '>', e.tuple(after.repository_id, after.digest)),
    )
    .orderBy('layers.repository_id')
    .orderBy('layers.digest')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, is_referenced: Boolean(row.is_referenced) }));
}

export interface CheckedImage extends ImageRow, Place {
  /** As the rows have them. */
  readonly layers: Set<string>;
  readonly children: Set<string>;
}

/** Images by repository and digest, behind `after`, with the references that the rows note. */
export async function imagesAfter(
  tx: Reading,
  after: { repository_id: string; digest: string },
  limit: number,
): Promise<CheckedImage[]> {
  const rows = await tx
    .selectFrom('images')
    .leftJoin('repositories', 'repositories.id', 'images.repository_id')
    .selectAll('images')
    .select(['repositories.account', 'repositories.region', 'repositories.name'])
    .where((e) =>
      e(e.refTuple('images.repository_id', 'images.digest'), '>', e.tuple(after.repository_id, after.digest)),
    )
    .orderBy('images.repository_id')
    .orderBy('images.digest')
    .limit(limit)
    .execute();
  const images: CheckedImage[] = [];
  for (const row of rows) {
    const layers = await tx
      .selectFrom('image_layers')
      .innerJoin('layers', 'layers.number', 'image_layers.layer_number')
      .select('layers.digest')
      .where('image_layers.image_number', '=', row.number)
      .execute();
    const children = await tx
      .selectFrom('image_children')
      .select('child_digest')
      .where('repository_id', '=', row.repository_id)
      .where('index_digest', '=', row.digest)
      .execute();
    images.push({
      ...row,
      layers: new Set(layers.map((layer) => layer.digest)),
      children: new Set(children.map((child) => child.child_digest)),
    });
  }
  return images;
}

export interface CheckedTag extends TagRow, Place {
  readonly hasImage: boolean;
}

/** Tags by repository and name, behind `after`. */
export async function allTagsAfter(
  tx: Reading,
  after: { repository_id: string; tag: string },
  limit: number,
): Promise<CheckedTag[]> {
  const rows = await tx
    .selectFrom('tags')
    .leftJoin('repositories', 'repositories.id', 'tags.repository_id')
    .leftJoin('images', (join) =>
      join.onRef('images.repository_id', '=', 'tags.repository_id').onRef('images.digest', '=', 'tags.digest'),
    )
    .selectAll('tags')
    .select(['repositories.account', 'repositories.region', 'repositories.name'])
    .select('images.digest as image_digest')
    .where((e) => e(e.refTuple('tags.repository_id', 'tags.tag'), '>', e.tuple(after.repository_id, after.tag)))
    .orderBy('tags.repository_id')
    .orderBy('tags.tag')
    .limit(limit)
    .execute();
  return rows.map(({ image_digest, ...row }) => ({ ...row, hasImage: image_digest !== null }));
}
