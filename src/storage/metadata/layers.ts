import { chunks } from './images.ts';
import type { Reading, Writing } from './port.ts';
import type { LayerRow, ObjectRow } from './tables.ts';

/** A layer with what is known of its bytes. */
export interface StoredLayer extends LayerRow {
  readonly object_state: ObjectRow['state'];
  /** Whether an image of the repository refers to it. */
  readonly is_referenced: boolean;
}

export async function findLayerRow(
  tx: Reading,
  repositoryId: string,
  digest: string,
): Promise<StoredLayer | undefined> {
  const row = await tx
    .selectFrom('layers')
    .innerJoin('objects', 'objects.object_key', 'layers.object_key')
    .selectAll('layers')
    .select('objects.state as object_state')
    .select((e) =>
      e
        .exists(
          e
            .selectFrom('image_layers')
            .select('image_layers.image_digest')
            .whereRef('image_layers.repository_id', '=', 'layers.repository_id')
            .whereRef('image_layers.layer_digest', '=', 'layers.digest'),
        )
        .as('is_referenced'),
    )
    .where('layers.repository_id', '=', repositoryId)
    .where('layers.digest', '=', digest)
    .executeTakeFirst();
  return row && { ...row, is_referenced: Boolean(row.is_referenced) };
}

/** Which of `digests` are layers of the repository whose bytes are there as far as is known. */
export async function presentLayers(
  tx: Reading,
  repositoryId: string,
  digests: readonly string[],
): Promise<Map<string, { size: number }>> {
  const present = new Map<string, { size: number }>();
  for (const some of chunks(digests)) {
    const rows = await tx
      .selectFrom('layers')
      .innerJoin('objects', 'objects.object_key', 'layers.object_key')
      .select(['layers.digest', 'layers.size'])
      .where('layers.repository_id', '=', repositoryId)
      .where('layers.digest', 'in', some)
      .where('objects.state', '=', 'live')
      .execute();
    for (const row of rows) present.set(row.digest, row);
  }
  return present;
}

/** Adds the layer to its repository; one of this digest that is there already gets the object and the longer lease. */
export async function putLayer(tx: Writing, row: LayerRow): Promise<void> {
  await tx
    .insertInto('layers')
    .values(row)
    .onConflict((c) =>
      c
        .columns(['repository_id', 'digest'])
        .doUpdateSet({ object_key: row.object_key, leased_until: row.leased_until }),
    )
    .execute();
}

/** Lets the lease run until `until`, if it would end sooner. */
export async function extendLease(
  tx: Writing,
  repositoryId: string,
  digests: readonly string[],
  until: Date,
): Promise<void> {
  for (const some of chunks(digests)) {
    await tx
      .updateTable('layers')
      .set({ leased_until: until.getTime() })
      .where('repository_id', '=', repositoryId)
      .where('digest', 'in', some)
      .where('leased_until', '<', until.getTime())
      .execute();
  }
}

/** Notes the media type under which an image first refers to the layer. */
export async function nameMediaType(
  tx: Writing,
  repositoryId: string,
  digest: string,
  mediaType: string,
): Promise<void> {
  await tx
    .updateTable('layers')
    .set({ media_type: mediaType })
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .where('media_type', 'is', null)
    .execute();
}

/** The layers that an image needs. */
export async function layersOfImage(tx: Reading, repositoryId: string, imageDigest: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('image_layers')
    .select('layer_digest')
    .where('repository_id', '=', repositoryId)
    .where('image_digest', '=', imageDigest)
    .execute();
  return rows.map((row) => row.layer_digest);
}

/** The images that need a layer, up to `limit` of them. */
export async function imagesUsingLayer(
  tx: Reading,
  repositoryId: string,
  digest: string,
  limit: number,
): Promise<string[]> {
  const rows = await tx
    .selectFrom('image_layers')
    .select('image_digest')
    .where('repository_id', '=', repositoryId)
    .where('layer_digest', '=', digest)
    .orderBy('image_digest')
    .limit(limit)
    .execute();
  return rows.map((row) => row.image_digest);
}

/** Names of the registry's repositories that hold the layer. */
export async function repositoriesHolding(
  tx: Reading,
  registry: { account: string; region: string },
  digest: string,
  limit: number,
): Promise<string[]> {
  const rows = await tx
    .selectFrom('objects')
    .innerJoin('layers', 'layers.object_key', 'objects.object_key')
    .innerJoin('repositories', 'repositories.id', 'layers.repository_id')
    .select('repositories.name')
    .where('objects.account', '=', registry.account)
    .where('objects.region', '=', registry.region)
    .where('objects.digest', '=', digest)
    .where('objects.state', '=', 'live')
    .orderBy('repositories.name')
    .limit(limit)
    .execute();
  return rows.map((row) => row.name);
}

export async function removeLayer(tx: Writing, repositoryId: string, digest: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('layers')
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Takes up to `limit` layers out of their repositories whose lease has run out and that no image needs. */
export async function removeExpiredLayers(tx: Writing, now: Date, limit: number): Promise<number> {
  const expired = await tx
    .selectFrom('layers')
    .select(['repository_id', 'digest'])
    .where('leased_until', '<', now.getTime())
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('image_layers')
            .select('image_layers.image_digest')
            .whereRef('image_layers.repository_id', '=', 'layers.repository_id')
            .whereRef('image_layers.layer_digest', '=', 'layers.digest'),
        ),
      ),
    )
    .orderBy('leased_until')
    .limit(limit)
    .execute();
  for (const { repository_id, digest } of expired) await removeLayer(tx, repository_id, digest);
  return expired.length;
}
