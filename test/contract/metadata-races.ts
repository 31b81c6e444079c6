// What two transactions may do at once. Each race is run many times: the databases interleave them as they like, and one
// that gives each transaction a snapshot lets much through that nobody would do one after the other.
import { describe, expect, test } from 'vitest';
import { queueObjects, takeCandidates } from '../../src/storage/metadata/candidates.ts';
import { holdRepository } from '../../src/storage/metadata/holds.ts';
import {
  addImage,
  addReferences,
  countImages,
  findImageFacts,
  hasImages,
  indexesHolding,
  presentImages,
  removeImages,
} from '../../src/storage/metadata/images.ts';
import { forgetFact, putFact } from '../../src/storage/metadata/installation.ts';
import { condemnObjects } from '../../src/storage/metadata/journal.ts';
import {
  extendLease,
  extendLeasesOfImages,
  findLayerRow,
  imagesUsingLayer,
  putLayer,
  removeExpiredLayers,
  removeLayer,
} from '../../src/storage/metadata/layers.ts';
import { endLease, renewLease, takeLease } from '../../src/storage/metadata/leases.ts';
import { addObject, findLiveObject } from '../../src/storage/metadata/objects.ts';
import { type Metadata, ReadOnly, type Writing } from '../../src/storage/metadata/port.ts';
import { addRepository, findRepository, removeRepository } from '../../src/storage/metadata/repositories.ts';
import { placeTag, removeTag, tagsOf } from '../../src/storage/metadata/tags.ts';
import { addUpload, claimUpload, findUpload, takeExpiredUploads } from '../../src/storage/metadata/uploads.ts';
import { aLayerRow, anImageRow, anObjectRow, anUploadRow, aRepositoryRow, REGISTRY } from './metadata-rows.ts';

const ROUNDS = 12;
const LATER = new Date(10_000);
const FRESH = new Date(20_000);

export function metadataRaces(metadata: () => Metadata): void {
  const write = <T>(work: (tx: Writing) => Promise<T>) => metadata().write(work);

  /** Runs `race` on names of its own each time. */
  async function rounds(name: string, race: (id: string) => Promise<void>): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) await race(`${name}-${round}`);
  }

  /** A repository `id` with the layer `id`, whose lease ends at `leasedUntil`, and the images that need it. */
  async function repositoryWithLayer(
    id: string,
    { leasedUntil = 0, images = [] }: { leasedUntil?: number; images?: string[] } = {},
  ): Promise<void> {
    await write(async (tx) => {
      await addRepository(tx, aRepositoryRow(id));
      await addObject(tx, anObjectRow(id));
      await putLayer(tx, { ...aLayerRow(id, id), leased_until: leasedUntil });
      for (const digest of images) await putImage(tx, id, digest, [`sha256:${id}`]);
    });
  }

  async function putImage(tx: Writing, id: string, digest: string, layers: string[]): Promise<void> {
    await addImage(tx, anImageRow(id, digest));
    await addReferences(tx, { repositoryId: id, digest }, { layers, children: [] });
  }

  /** As a collection does it. */
  async function condemnCandidates(tx: Writing): Promise<void> {
    const { unneeded } = await takeCandidates(tx, 100);
    await condemnObjects(tx, unneeded, { now: LATER, due: LATER });
  }

  async function deleteImage(tx: Writing, id: string, digest: string): Promise<void> {
    const facts = await findImageFacts(tx, id, digest);
    if (!facts) return;
    await extendLeasesOfImages(tx, [facts], FRESH);
    await removeImages(tx, id, [facts]);
  }

  /** What is known of the bytes of the object `key`. */
  function stateOf(key: string): Promise<{ exists: boolean; hasLayer: boolean; isQueued: boolean }> {
    return metadata().read(async (tx) => {
      const [object, layer, candidate] = [
        await tx.selectFrom('objects').selectAll().where('object_key', '=', key).execute(),
        await tx.selectFrom('layers').selectAll().where('object_key', '=', key).execute(),
        await tx.selectFrom('collection_candidates').selectAll().where('object_key', '=', key).execute(),
      ];
      return { exists: object.length > 0, hasLayer: layer.length > 0, isQueued: candidate.length > 0 };
    });
  }

  describe('at once', () => {
    test('an object that loses its last layer while a collection looks at it is not forgotten', async () => {
      await rounds('requeued', async (id) => {
        await repositoryWithLayer(id);
        await write((tx) => queueObjects(tx, [id], 'it lost another layer'));
        await Promise.all([write(condemnCandidates), write((tx) => removeLayer(tx, id, `sha256:${id}`, 'deleted'))]);
        const { exists, isQueued } = await stateOf(id);
        expect(isQueued).toBe(exists);
      });
    });

    test('an object is shared or condemned, never both', async () => {
      await rounds('shared', async (id) => {
        await write(async (tx) => {
          await addRepository(tx, aRepositoryRow(id));
          await addObject(tx, anObjectRow(id));
          await queueObjects(tx, [id], 'it lost its layer');
        });
        const sharing = write(async (tx) => {
          const object = await findLiveObject(tx, REGISTRY, `sha256:${id}`);
          if (object) await putLayer(tx, aLayerRow(id, id));
          return object !== undefined;
        });
        const [isShared] = await Promise.all([sharing, write(condemnCandidates)]);
        expect(await stateOf(id)).toMatchObject({ exists: isShared, hasLayer: isShared });
      });
    });

    test('a lease that was extended holds, whatever a collection saw', async () => {
      await rounds('extended', async (id) => {
        await repositoryWithLayer(id, { leasedUntil: 5 });
        const extending = write(async (tx) => {
          if (!(await findLayerRow(tx, id, `sha256:${id}`))) return false;
          await extendLease(tx, id, [`sha256:${id}`], FRESH);
          return true;
        });
        const [isPromised] = await Promise.all([extending, write((tx) => removeExpiredLayers(tx, LATER, 100))]);
        expect((await stateOf(id)).hasLayer).toBe(isPromised);
      });
    });

    test('a layer that loses its last image while a collection looks has its fresh lease', async () => {
      await rounds('cleared', async (id) => {
        await repositoryWithLayer(id, { leasedUntil: 5, images: ['sha256:image'] });
        await Promise.all([
          write((tx) => removeExpiredLayers(tx, LATER, 100)),
          write((tx) => deleteImage(tx, id, 'sha256:image')),
        ]);
        const layer = await metadata().read((tx) => findLayerRow(tx, id, `sha256:${id}`));
        expect(layer?.leased_until).toBe(FRESH.getTime());
      });
    });

    test('a layer whose two images go at once has a fresh lease', async () => {
      await rounds('both', async (id) => {
        await repositoryWithLayer(id, { images: ['sha256:1', 'sha256:2'] });
        await Promise.all(['sha256:1', 'sha256:2'].map((digest) => write((tx) => deleteImage(tx, id, digest))));
        const layer = await metadata().read((tx) => findLayerRow(tx, id, `sha256:${id}`));
        expect(layer).toMatchObject({ leased_until: FRESH.getTime(), is_referenced: false });
      });
    });

    test('an image is stored with its layers, or they expire and it is refused', async () => {
      await rounds('pushed', async (id) => {
        await repositoryWithLayer(id, { leasedUntil: 5 });
        const pushing = write(async (tx) => {
          if (!(await findLayerRow(tx, id, `sha256:${id}`))) return false;
          await putImage(tx, id, 'sha256:image', [`sha256:${id}`]);
          return true;
        });
        const [isStored] = await Promise.all([pushing, write((tx) => removeExpiredLayers(tx, LATER, 100))]);
        expect((await stateOf(id)).hasLayer).toBe(isStored);
      });
    });

    test('a layer is deleted, or an image needs it', async () => {
      await rounds('unused', async (id) => {
        await repositoryWithLayer(id);
        const pushing = write(async (tx) => {
          if (!(await findLayerRow(tx, id, `sha256:${id}`))) return false;
          await putImage(tx, id, 'sha256:image', [`sha256:${id}`]);
          return true;
        });
        const deleting = write(async (tx) => {
          if ((await imagesUsingLayer(tx, id, `sha256:${id}`, 1)).length > 0) return false;
          return removeLayer(tx, id, `sha256:${id}`, 'deleted');
        });
        const [isStored, isDeleted] = await Promise.all([pushing, deleting]);
        expect(isStored).toBe(!isDeleted);
      });
    });

    test('bytes of a layer that comes into a repository that goes are collected', async () => {
      await rounds('going', async (id) => {
        await repositoryWithLayer(id);
        const adding = write(async (tx) => {
          if (!(await findRepository(tx, REGISTRY, id))) return false;
          await addObject(tx, anObjectRow(`${id}-late`));
          await putLayer(tx, aLayerRow(id, `${id}-late`));
          return true;
        });
        const [isAdded] = await Promise.all([adding, write((tx) => removeRepository(tx, aRepositoryRow(id)))]);
        expect(await stateOf(`${id}-late`)).toEqual({ exists: isAdded, hasLayer: false, isQueued: isAdded });
      });
    });

    test('a repository goes empty, or it keeps the image that comes', async () => {
      await rounds('empty', async (id) => {
        await write((tx) => addRepository(tx, aRepositoryRow(id)));
        const adding = write(async (tx) => {
          if (!(await findRepository(tx, REGISTRY, id))) return false;
          return addImage(tx, anImageRow(id, 'sha256:image'));
        });
        const deleting = write(async (tx) => {
          if (await hasImages(tx, id)) return false;
          await removeRepository(tx, aRepositoryRow(id));
          return true;
        });
        const [isAdded, isDeleted] = await Promise.all([adding, deleting]);
        expect(isAdded).toBe(!isDeleted);
      });
    });

    test('an image goes, or an index has it', async () => {
      await rounds('child', async (id) => {
        await write(async (tx) => {
          await addRepository(tx, aRepositoryRow(id));
          await addImage(tx, anImageRow(id, 'sha256:child'));
        });
        const indexing = write(async (tx) => {
          if ((await presentImages(tx, id, ['sha256:child'])).size === 0) return false;
          await addImage(tx, anImageRow(id, 'sha256:index'));
          const parts = { layers: [], children: ['sha256:child'] };
          await addReferences(tx, { repositoryId: id, digest: 'sha256:index' }, parts);
          return true;
        });
        const deleting = write(async (tx) => {
          if ((await indexesHolding(tx, id, 'sha256:child')).length > 0) return false;
          await deleteImage(tx, id, 'sha256:child');
          return true;
        });
        const [isIndexed, isDeleted] = await Promise.all([indexing, deleting]);
        expect(isIndexed).toBe(!isDeleted);
      });
    });

    test('an image whose last two tags are taken away goes with the second', async () => {
      await rounds('tags', async (id) => {
        await write(async (tx) => {
          await addRepository(tx, aRepositoryRow(id));
          await addImage(tx, anImageRow(id, 'sha256:image'));
          for (const tag of ['a', 'b']) {
            await placeTag(tx, { repository_id: id, tag, digest: 'sha256:image', updated_at: 1 }, { mayMove: false });
          }
        });
        const untag = (tag: string) =>
          write(async (tx) => {
            const tags = await tagsOf(tx, id, 'sha256:image');
            if (tags.length > 1) await removeTag(tx, id, tag);
            else await deleteImage(tx, id, 'sha256:image');
          });
        await Promise.all([untag('a'), untag('b')]);
        expect(await metadata().read((tx) => findImageFacts(tx, id, 'sha256:image'))).toBeUndefined();
      });
    });

    test('a limit is not passed by two who each found room for one more', async () => {
      await rounds('limit', async (id) => {
        await write((tx) => addRepository(tx, aRepositoryRow(id)));
        const add = (digest: string) =>
          write(async (tx) => {
            if ((await countImages(tx, id)) >= 1) return;
            await holdRepository(tx, id);
            await addImage(tx, anImageRow(id, digest));
          });
        await Promise.all(['sha256:1', 'sha256:2', 'sha256:3'].map(add));
        expect(await metadata().read((tx) => countImages(tx, id))).toBe(1);
      });
    });

    test('an upload is ended, or claimed and gone on with', async () => {
      await rounds('expiring', async (id) => {
        await write((tx) => addUpload(tx, anUploadRow(id, 'any')));
        const claiming = write((tx) => claimUpload(tx, id, { claim: 'me', now: LATER, until: FRESH }));
        const expiring = write(async (tx) => (await takeExpiredUploads(tx, LATER, 100)).some((row) => row.id === id));
        const [isClaimed, isEnded] = await Promise.all([claiming, expiring]);
        expect(isClaimed).toBe(!isEnded);
        expect((await metadata().read((tx) => findUpload(tx, id)))?.claim).toBe(isClaimed ? 'me' : undefined);
        await write((tx) => tx.deleteFrom('uploads').where('id', '=', id).execute());
      });
    });

    test('changes of one row are neither lost nor done twice', async () => {
      await write((tx) => takeLease(tx, { name: 'counter', holder: 'all', now: new Date(0), until: LATER }));
      const count = () =>
        write((tx) =>
          tx
            .updateTable('leases')
            .set((e) => ({ fence: e('fence', '+', 1) }))
            .where('name', '=', 'counter')
            .returning('fence')
            .executeTakeFirstOrThrow(),
        );
      const counts = await Promise.all(Array.from({ length: 40 }, count));
      const fences = counts.map((it) => it.fence).toSorted((a, b) => a - b);
      expect(fences).toEqual(Array.from({ length: 40 }, (_, i) => i + 2));
    });

    test('a lease is taken by one, and nothing commits for whoever lost it', async () => {
      await rounds('lease', async (name) => {
        const take = (holder: string, now: Date) =>
          write((tx) => takeLease(tx, { name, holder, now, until: new Date(now.getTime() + 100) }));
        const fences = await Promise.all(['a', 'b', 'c'].map((holder) => take(holder, new Date(1000))));
        expect(fences.filter((fence) => fence !== undefined)).toEqual([1]);
        expect(await take('d', new Date(1100))).toBeUndefined();

        const working = write(async (tx) => {
          if (!(await renewLease(tx, name, 1, new Date(1050)))) return false;
          return addRepository(tx, aRepositoryRow(name));
        });
        const [hasWorked, fence] = await Promise.all([working, take('d', new Date(1200))]);
        expect(fence).toBe(2);
        expect((await metadata().read((tx) => findRepository(tx, REGISTRY, name))) !== undefined).toBe(hasWorked);
        expect(await write((tx) => renewLease(tx, name, 1, FRESH))).toBe(false);
        await write((tx) => endLease(tx, name, 1));
        expect(await take('e', new Date(1250))).toBeUndefined();
        await write((tx) => endLease(tx, name, 2));
        expect(await take('e', new Date(1250))).toBe(3);
      });
    });

    test('nothing is written once the installation takes no changes, not by who began before', async () => {
      await rounds('frozen', async (id) => {
        const adding = Array.from({ length: 6 }, (_, i) =>
          write((tx) => addRepository(tx, aRepositoryRow(`${id}-${i}`))).then(
            () => true,
            (error: unknown) => error,
          ),
        );
        const options = { evenIfReadOnly: true, alone: true };
        await metadata().write((tx) => putFact(tx, 'read-only', 'it moves house'), options);
        const names = () =>
          metadata().read((tx) =>
            tx.selectFrom('repositories').select('name').where('name', 'like', `${id}-%`).orderBy('name').execute(),
          );
        const frozen = await names();
        const outcomes = await Promise.all(adding);
        expect(await names()).toEqual(frozen);
        expect(outcomes.filter((it) => it === true)).toHaveLength(frozen.length);
        for (const error of outcomes.filter((it) => it !== true)) {
          expect(error).toBeInstanceOf(ReadOnly);
          expect(error).toHaveProperty('message', 'it moves house');
        }
        await metadata().write((tx) => forgetFact(tx, 'read-only'), { evenIfReadOnly: true });
      });
    });
  });
}
