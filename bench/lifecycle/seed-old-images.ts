import { createHash } from 'node:crypto';
import type { Repository } from '../../src/registry/repository.ts';
import type { World } from '../../src/world.ts';

const AT_ONCE = 500;
const MINUTE = 60_000;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';

/** Images of a minute each, every one with a tag, a layer of its own and one that all share. In SQL: bytes are not needed. */
export async function seedOldImages(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  { id: repository_id, registry }: Repository,
  count: number,
): Promise<void> {
  const now = clock.now().getTime();
  const object = { ...registry, size: 1_000, state: 'live', created_at: 1, stored_size: 1_000, key_scope: '' } as const;
  const layer = { repository_id, size: 1_000, media_type: null, leased_until: 0, created_at: 1, was_archived: 0 };
  const shared = digestOf('shared');
  const manifest = Buffer.alloc(1_000, 'x');

  // The image and its own layer have the same number, behind that of the layer that all share.
  const sharedNumber = 1;
  const numberOf = (place: number) => sharedNumber + 1 + place;

  for (let from = 0; from < count; from += AT_ONCE) {
    const places = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => from + i);
    await metadata.write(async (tx) => {
      const own = from === 0 ? [{ digest: shared, number: sharedNumber }] : [];
      own.push(...places.map((it) => ({ digest: digestOf(`layer ${it}`), number: numberOf(it) })));
      await inSlices(own, (some) =>
        tx
          .insertInto('objects')
          .values(some.map(({ digest }) => ({ ...object, object_key: digest, digest })))
          .execute(),
      );
      await inSlices(own, (some) =>
        tx
          .insertInto('layers')
          .values(some.map(({ digest, number }) => ({ ...layer, object_key: digest, digest, number })))
          .execute(),
      );
      await inSlices(places, (some) =>
        tx
          .insertInto('images')
          .values(
            some.map((it) => ({
              repository_id,
              digest: digestOf(`image ${it}`),
              number: numberOf(it),
              media_type: MANIFEST,
              artifact_type: CONFIG,
              manifest_size: manifest.length,
              image_size: 2_000,
              pushed_at: now - (count - it) * MINUTE,
              manifest,
              // Nobody reads the manifests.
              is_sealed: 1,
              status: 'ACTIVE' as const,
            })),
          )
          .execute(),
      );
      const needs = places.flatMap((it) =>
        [sharedNumber, numberOf(it)].map((layer_number) => ({ image_number: numberOf(it), layer_number })),
      );
      await inSlices(needs, (some) => tx.insertInto('image_layers').values(some).execute());
      const tags = places.map((it) => ({
        repository_id,
        tag: `build-${it}`,
        digest: digestOf(`image ${it}`),
        updated_at: now,
      }));
      await inSlices(tags, (some) => tx.insertInto('tags').values(some).execute());
    });
  }
}

async function inSlices<T>(items: readonly T[], write: (some: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < items.length; at += 100) await write(items.slice(at, at + 100));
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
