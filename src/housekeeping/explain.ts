import { queuedReasons } from '../storage/metadata/candidates.ts';
import { layersOfObject, objectsOfDigest, repositoriesWithImage } from '../storage/metadata/digest-facts.ts';
import { collectedOf } from '../storage/metadata/journal.ts';
import { imagesUsingLayer } from '../storage/metadata/layers.ts';
import type { World } from '../world.ts';

const MOST = 100;

/** What is known of a digest. Lists end after 100 entries. */
export interface Explanation {
  readonly digest: string;
  /** Why it is kept, goes, or went: sentences. */
  readonly why: readonly string[];
  /** `account/region/name` of the repositories in which it is an image. */
  readonly images: readonly string[];
  /** Repositories in which it is a layer. */
  readonly layers: readonly HeldLayer[];
  /** Its bytes in storage. */
  readonly objects: readonly KnownObject[];
  /** The journal, latest first. */
  readonly collected: readonly CollectedObject[];
}

export interface HeldLayer {
  readonly repository: string;
  readonly objectKey: string;
  /** Digests of the images there that need it. */
  readonly neededBy: readonly string[];
  /** Undefined when it ran out and images need the layer. */
  readonly leasedUntil: Date | undefined;
}

export interface KnownObject {
  readonly objectKey: string;
  readonly registry: string;
  readonly sizeInBytes: number;
  readonly state: 'live' | 'lost';
  readonly createdAt: Date;
}

export interface CollectedObject {
  readonly objectKey: string;
  readonly registry: string;
  readonly sizeInBytes: number;
  readonly reason: string;
  readonly condemnedAt: Date;
  /** Undefined while its bytes are still to be removed. */
  readonly removedAt: Date | undefined;
}

/** What is known of a layer or an image, in all registries, and so why it is kept or went. */
export function explain(world: Pick<World, 'metadata' | 'clock'>, digest: string): Promise<Explanation> {
  const now = world.clock.now();
  return world.metadata.read(async (tx) => {
    const objects = await objectsOfDigest(tx, digest, MOST);
    const queued = await queuedReasons(
      tx,
      objects.map((object) => object.object_key),
    );
    const layers: HeldLayer[] = [];
    const why: string[] = [];
    for (const object of objects) {
      const held = await layersOfObject(tx, object.object_key, MOST);
      for (const row of held) {
        const neededBy = await imagesUsingLayer(tx, row.repository_id, digest, MOST);
        const leasedUntil = row.leased_until > 0 ? new Date(row.leased_until) : undefined;
        const layer = { repository: placeOf(row), objectKey: object.object_key, neededBy, leasedUntil };
        layers.push(layer);
        why.push(whyKept(layer, now));
      }
      if (object.state === 'lost') why.push(`Object ${object.object_key} has lost its bytes: push the layer again.`);
      if (held.length > 0) continue;
      const reason = queued.get(object.object_key);
      why.push(
        reason === undefined
          ? `Object ${object.object_key} is no layer and not about to go: run berth fsck.`
          : `Object ${object.object_key} goes with the next collection: ${reason}.`,
      );
    }
    const images = (await repositoriesWithImage(tx, digest, MOST)).map(placeOf);
    for (const repository of images) why.push(`It is an image of ${repository}: it stays until it is deleted.`);
    const collected = (await collectedOf(tx, digest, MOST)).map((row) => ({
      objectKey: row.object_key,
      registry: `${row.account}/${row.region}`,
      sizeInBytes: row.size,
      reason: row.reason,
      condemnedAt: new Date(row.condemned_at),
      removedAt: row.removed_at === null ? undefined : new Date(row.removed_at),
    }));
    for (const entry of collected) why.push(whyGone(entry));
    if (why.length === 0) why.push('Nothing is known of it: it was never here, or went more than 90 days ago.');
    return { digest, why, images, layers, objects: objects.map(knownObject), collected };
  });
}

function whyKept({ repository, neededBy, leasedUntil }: HeldLayer, now: Date): string {
  if (neededBy.length > 0) {
    const count = neededBy.length === MOST ? `${MOST} or more images need` : countOf(neededBy.length);
    return `It is kept in ${repository}: ${count} it.`;
  }
  if (leasedUntil !== undefined && leasedUntil > now) {
    return `It is kept in ${repository} until ${leasedUntil.toISOString()}: no image needs it, but a push may have been told that it is there.`;
  }
  return `It leaves ${repository} with the next collection: no image needs it and its lease has run out.`;
}

function countOf(images: number): string {
  return images === 1 ? 'an image needs' : `${images} images need`;
}

function whyGone({ objectKey, reason, condemnedAt, removedAt }: CollectedObject): string {
  const end =
    removedAt === undefined ? 'its bytes are still to be removed' : `its bytes went ${removedAt.toISOString()}`;
  return `Object ${objectKey} was given up ${condemnedAt.toISOString()} because ${reason}; ${end}.`;
}

function placeOf({ account, region, name }: { account: string; region: string; name: string }): string {
  return `${account}/${region}/${name}`;
}

function knownObject(row: Awaited<ReturnType<typeof objectsOfDigest>>[number]): KnownObject {
  return {
    objectKey: row.object_key,
    registry: `${row.account}/${row.region}`,
    sizeInBytes: row.size,
    state: row.state,
    createdAt: new Date(row.created_at),
  };
}
