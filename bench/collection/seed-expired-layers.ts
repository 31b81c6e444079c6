import { createHash, randomBytes } from 'node:crypto';
import { repositoryIn } from '../../src/registry/get-repository.ts';
import type { RegistryId } from '../../src/values/registry-id.ts';
import type { World } from '../../src/world.ts';
import { atOnce } from '../clients/at-once.ts';
import { REPOSITORY } from '../servers/server.ts';

const SIZE = 16 * 1024;
const AT_ONCE = 32;
const ROWS = 500;

interface Seeded {
  readonly object_key: string;
  readonly digest: string;
}

/** Stores `count` layers that no image needs, with their bytes, and with a lease that has run out. */
export async function seedExpiredLayers(
  { metadata, blobs, ids }: Pick<World, 'metadata' | 'blobs' | 'ids'>,
  registry: RegistryId,
  count: number,
): Promise<void> {
  const layers: Seeded[] = [];
  await atOnce(
    Array.from({ length: count }, () => ids.uuid()),
    AT_ONCE,
    async (object_key) => {
      const bytes = randomBytes(SIZE);
      const draft = await blobs.append(await blobs.begin(object_key), one(bytes));
      await blobs.complete(draft);
      layers.push({ object_key, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` });
    },
  );

  // In one transaction: a collection that the clock begins meanwhile finds all of them or none.
  await metadata.write(async (tx) => {
    const { id: repository_id } = await repositoryIn(tx, registry, REPOSITORY);
    for (let i = 0; i < layers.length; i += ROWS) {
      const some = layers.slice(i, i + ROWS);
      const objects = some.map((it) => ({
        ...it,
        ...registry,
        state: 'live' as const,
        size: SIZE,
        created_at: 1,
        stored_size: SIZE,
        key_scope: '',
      }));
      await tx.insertInto('objects').values(objects).execute();
      const rows = some.map((it, n) => ({
        ...it,
        number: i + n + 1,
        repository_id,
        size: SIZE,
        media_type: null,
        leased_until: 1,
        created_at: 1,
        was_archived: 0,
      }));
      await tx.insertInto('layers').values(rows).execute();
    }
  });
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
