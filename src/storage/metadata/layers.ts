import { sql } from 'kysely';
import { DELETED } from '../../values/deleted-name.ts';
import { queueObjects } from './candidates.ts';
import { chunks } from './chunks.ts';
import { compiledOnce } from './compiled-once.ts';
import { nextOf } from './next-of.ts';
import type { Reading, Writing } from './port.ts';
import { readSteady } from './steady.ts';
import type { LayerRow, Numbered, ObjectRow } from './tables.ts';
import { runUnawaited } from './unawaited.ts';

/**
 * Whether an image needs the layer of a row of `layers`; 0 and 1 where the database has no booleans. Not `exists`: to
 * answer that for many rows, PostgreSQL reads the whole table of what images need.
 */
export const isReferenced = sql<boolean | number>`(
  select 1 from image_layers where image_layers.layer_number = layers.number limit 1
) is not null`;

/** Whether archived images alone need the layer of a row of `layers`. For most rows nothing is looked up. */
export const isArchived = sql<boolean | number>`(
  layers.was_archived = 1 and ${isReferenced} and (
    select 1 from image_layers join images on images.number = image_layers.image_number
    where image_layers.layer_number = layers.number and images.status = 'ACTIVE' limit 1
  ) is null)`;

/** A layer with what is known of its bytes. */
export interface StoredLayer extends LayerRow {
  readonly object_state: ObjectRow['state'];
  readonly key_scope: ObjectRow['key_scope'];
  /** How its bytes are sealed, for its repository; null where they are not. */
  readonly seal: ObjectRow['seal'];
  /** Whether an image of the repository refers to it. */
  readonly is_referenced: boolean;
  /** Whether all that do are archived: it is kept, and cannot be read. */
  readonly is_archived: boolean;
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
    .select(['objects.state as object_state', 'objects.key_scope', 'objects.seal as object_seal'])
    .select([isReferenced.as('is_referenced'), isArchived.as('is_archived')])
    .where('layers.repository_id', '=', repositoryId)
    .where('layers.digest', '=', digest)
    .executeTakeFirst();
  if (!row) return undefined;
  const { object_seal, ...layer } = row;
  return {
    ...layer,
    seal: row.seal ?? object_seal,
    is_referenced: Boolean(row.is_referenced),
    is_archived: Boolean(row.is_archived),
  };
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

/** Whoever brings a layer can read it, whatever is archived. */
export type NewLayer = Omit<LayerRow, 'was_archived'>;

/** Adds the layer to its repository; one of this digest that is there already gets the object and the lease. */
export async function putLayer(tx: Writing, row: NewLayer): Promise<void> {
  const before = await tx
    .selectFrom('layers')
    .select('object_key')
    .where('repository_id', '=', row.repository_id)
    .where('digest', '=', row.digest)
    .executeTakeFirst();
  if (before && before.object_key !== row.object_key) {
    await queueObjects(tx, [before.object_key], 'the layer was pushed again and has its bytes elsewhere');
  }
  await tx
    .insertInto('layers')
    .values({ ...row, was_archived: 0, number: nextOf('layers') })
    .onConflict((c) =>
      c.columns(['repository_id', 'digest']).doUpdateSet({
        object_key: row.object_key,
        // What lies in the trash may need it for longer.
        leased_until: sql<number>`case when layers.leased_until > excluded.leased_until
            then layers.leased_until else excluded.leased_until end`,
        seal: row.seal,
        was_archived: 0,
      }),
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
    await runUnawaited(
      tx,
      compiledOnce(tx, 'extend leases', [until.getTime(), repositoryId, ...some, until.getTime()], () =>
        tx
          .updateTable('layers')
          .set({ leased_until: until.getTime() })
          .where('repository_id', '=', repositoryId)
          .where('digest', 'in', some)
          .where('leased_until', '<', until.getTime()),
      ),
    );
  }
}

/** The same for all layers of images, while they are there. */
export async function extendLeasesOfImages(tx: Writing, images: readonly Numbered[], until: Date): Promise<void> {
  for (const some of chunks(images)) {
    const numbers = some.map((it) => it.number);
    await runUnawaited(
      tx,
      compiledOnce(tx, 'extend leases of images', [until.getTime(), ...numbers, until.getTime()], () =>
        tx
          .updateTable('layers')
          .set({ leased_until: until.getTime() })
          .where('number', 'in', (e) =>
            e.selectFrom('image_layers').select('layer_number').where('image_number', 'in', numbers),
          )
          .where('leased_until', '<', until.getTime()),
      ),
    );
  }
}

/** Notes the media type under which an image first refers to the layer. */
export async function nameMediaType(
  tx: Writing,
  repositoryId: string,
  digest: string,
  mediaType: string,
): Promise<void> {
  await runUnawaited(
    tx,
    tx
      .updateTable('layers')
      .set({ media_type: mediaType })
      .where('repository_id', '=', repositoryId)
      .where('digest', '=', digest)
      .where('media_type', 'is', null),
  );
}

/** A layer that an image needs, with its bytes. */
export interface ImagePart {
  readonly digest: string;
  readonly size: number;
}

/** The layers that an image needs. */
export function partsOfImage(tx: Reading, repositoryId: string, imageDigest: string): Promise<ImagePart[]> {
  return partsQuery(tx, repositoryId)
    .select(['layers.digest', 'layers.size'])
    .where('images.digest', '=', imageDigest)
    .execute();
}

/** Layers with the images of a repository that need them. */
function partsQuery(tx: Reading, repositoryId: string) {
  return tx
    .selectFrom('images')
    .innerJoin('image_layers', 'image_layers.image_number', 'images.number')
    .innerJoin('layers', 'layers.number', 'image_layers.layer_number')
    .where('images.repository_id', '=', repositoryId);
}

/** The layers, with their sizes, of several images at once, which the transaction has looked at. */
export async function partsOfImages(
  tx: Reading,
  repositoryId: string,
  imageDigests: readonly string[],
): Promise<Map<string, ImagePart[]>> {
  const parts = new Map<string, ImagePart[]>();
  for (const some of chunks(imageDigests)) {
    // What an image needs is as fixed as its digest, and it stays while the image does.
    const rows = await readSteady(
      tx,
      compiledOnce(tx, 'parts of images', [repositoryId, ...some], () =>
        partsQuery(tx, repositoryId)
          .select(['images.digest as image_digest', 'layers.digest', 'layers.size'])
          .where('images.digest', 'in', some),
      ),
    );
    for (const { image_digest, ...part } of rows) parts.getOrInsertComputed(image_digest, () => []).push(part);
  }
  return parts;
}

/** Images that need a layer, any `limit` of them. */
export async function imagesUsingLayer(
  tx: Reading,
  repositoryId: string,
  digest: string,
  limit: number,
): Promise<string[]> {
  const rows = await tx
    .selectFrom('layers')
    .innerJoin('image_layers', 'image_layers.layer_number', 'layers.number')
    .innerJoin('images', 'images.number', 'image_layers.image_number')
    .select('images.digest')
    .where('layers.repository_id', '=', repositoryId)
    .where('layers.digest', '=', digest)
    .limit(limit)
    .execute();
  return rows.map((row) => row.digest).toSorted();
}

/** Names of repositories of the registry that hold the layer, any `limit` of them. */
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
    .where('repositories.name', '<', DELETED)
    .limit(limit)
    .execute();
  return rows.map((row) => row.name);
}

/** Takes the layer out of its repository; `why` is what the journal says should its object go too. */
export async function removeLayer(tx: Writing, repositoryId: string, digest: string, why: string): Promise<boolean> {
  const removed = await tx
    .deleteFrom('layers')
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .returning('object_key')
    .executeTakeFirst();
  if (removed) await queueObjects(tx, [removed.object_key], why);
  return removed !== undefined;
}

/**
 * Looks at up to `limit` layers whose lease has run out, in the order in which they did. Those that no image needs leave
 * their repositories; the lease of the others is cleared, so that they are not looked at again while they are needed.
 */
export async function removeExpiredLayers(
  tx: Writing,
  now: Date,
  limit: number,
): Promise<{ looked: number; removed: number }> {
  const expired = await tx
    .selectFrom('layers')
    .leftJoin('repositories', 'repositories.id', 'layers.repository_id')
    .select(['layers.repository_id', 'layers.digest', 'repositories.name'])
    .select(isReferenced.as('is_referenced'))
    .where('layers.leased_until', '>', 0)
    .where('layers.leased_until', '<', now.getTime())
    .orderBy('layers.leased_until')
    .limit(limit)
    .execute();
  let removed = 0;
  for (const [repositoryId, layers] of Map.groupBy(expired, (layer) => layer.repository_id)) {
    const needed = layers.filter((layer) => layer.is_referenced).map((layer) => layer.digest);
    if (needed.length > 0) await clearLeases(tx, repositoryId, needed);
    const idle = layers.filter((layer) => !layer.is_referenced).map((layer) => layer.digest);
    if (idle.length > 0) {
      const why = `no image of repository ${layers[0]?.name} needed it and its lease had run out`;
      await removeLayers(tx, repositoryId, idle, why);
    }
    removed += idle.length;
  }
  return { looked: expired.length, removed };
}

async function removeLayers(tx: Writing, repositoryId: string, digests: readonly string[], why: string): Promise<void> {
  const gone = await tx
    .deleteFrom('layers')
    .where('repository_id', '=', repositoryId)
    .where('digest', 'in', digests)
    .returning('object_key')
    .execute();
  const objects = gone.map((layer) => layer.object_key);
  await queueObjects(tx, objects, why);
}

async function clearLeases(tx: Writing, repositoryId: string, digests: readonly string[]): Promise<void> {
  await tx
    .updateTable('layers')
    .set({ leased_until: 0 })
    .where('repository_id', '=', repositoryId)
    .where('digest', 'in', digests)
    .execute();
}
