import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addImage, addReferences } from '../../src/storage/metadata/images.ts';
import { condemnObjects } from '../../src/storage/metadata/journal.ts';
import { putLayer, removeLayer } from '../../src/storage/metadata/layers.ts';
import { addObject, findLiveObject } from '../../src/storage/metadata/objects.ts';
import type { Metadata, Reading, Writing } from '../../src/storage/metadata/port.ts';
import {
  addRepository,
  countRepositories,
  findRepository,
  removeRepository,
  repositoriesAfter,
} from '../../src/storage/metadata/repositories.ts';
import { findTag, placeTag, tagsAfter } from '../../src/storage/metadata/tags.ts';
import { runUnawaited } from '../../src/storage/metadata/unawaited.ts';
import { addUpload, claimUpload, findUpload } from '../../src/storage/metadata/uploads.ts';
import { metadataRaces } from './metadata-races.ts';
import { aLayerRow, anImageRow, anObjectRow, anUploadRow, aRepositoryRow, REGISTRY } from './metadata-rows.ts';

/** What every database must do: the queries are the same for all, so this is about transactions, keys and order. */
export function metadataContract(name: string, start: () => Promise<{ metadata: Metadata; stop(): Promise<void> }>) {
  describe(`${name} keeps the metadata contract`, () => {
    let running: Awaited<ReturnType<typeof start>>;
    beforeAll(async () => {
      running = await start();
    });
    afterAll(() => running.stop());

    const write = <T>(work: (tx: Writing) => Promise<T>) => running.metadata.write(work);

    test('what was written is read by the next read', async () => {
      for (let i = 0; i < 50; i++) {
        await write((tx) => addRepository(tx, aRepositoryRow(`seen-${i}`)));
        const found = await running.metadata.read((tx) => findRepository(tx, REGISTRY, `seen-${i}`));
        expect(found).toEqual(aRepositoryRow(`seen-${i}`));
      }
    });

    test('a transaction that throws leaves nothing, and the next one works', async () => {
      const failing = write(async (tx) => {
        await addRepository(tx, aRepositoryRow('rolled-back'));
        throw new Error('changed its mind');
      });
      await expect(failing).rejects.toThrow('changed its mind');
      expect(await running.metadata.read((tx) => findRepository(tx, REGISTRY, 'rolled-back'))).toBeUndefined();
      expect(await write((tx) => addRepository(tx, aRepositoryRow('rolled-back')))).toBe(true);
    });

    test('reads that are asked at once are answered each its own, and see what the transaction wrote', async () => {
      const found = await write(async (tx) => {
        await addRepository(tx, aRepositoryRow('at-once'));
        const names = ['at-once', 'nowhere', 'at-once'];
        return Promise.all(names.map((name) => findRepository(tx, REGISTRY, name)));
      });
      expect(found).toEqual([aRepositoryRow('at-once'), undefined, aRepositoryRow('at-once')]);
    });

    test('a statement whose answer nobody waits for is done with the others, or none is', async () => {
      const tag = { repository_id: 'sent', tag: 'v1', digest: 'sha256:none', updated_at: 1 };
      const failing = write(async (tx) => {
        await addRepository(tx, aRepositoryRow('sent'));
        await runUnawaited(tx, tx.insertInto('tags').values(tag));
      });
      await expect(failing).rejects.toThrow(/foreign key/i);
      expect(await running.metadata.read((tx) => findRepository(tx, REGISTRY, 'sent'))).toBeUndefined();

      await write(async (tx) => {
        await addRepository(tx, aRepositoryRow('sent'));
        await addImage(tx, anImageRow('sent', tag.digest));
        await runUnawaited(tx, tx.insertInto('tags').values(tag));
      });
      expect(await running.metadata.read((tx) => findTag(tx, 'sent', 'v1'))).toBe(tag.digest);
    });

    test('of two additions of one name at once exactly one succeeds', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, i) => write((tx) => addRepository(tx, aRepositoryRow(`rival-${i}`, 'rival')))),
      );
      expect(outcomes.filter((isAdded) => isAdded)).toHaveLength(1);
    });

    test('of many placements of one tag that may not move exactly one wins', async () => {
      await write(async (tx) => {
        await addRepository(tx, aRepositoryRow('immutable'));
        for (let i = 0; i < 8; i++) await addImage(tx, anImageRow('immutable', `sha256:${i}`));
      });
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          write((tx) =>
            placeTag(
              tx,
              { repository_id: 'immutable', tag: 'v1', digest: `sha256:${i}`, updated_at: i },
              { mayMove: false },
            ),
          ),
        ),
      );
      expect(outcomes.filter((it) => it === 'taken')).toHaveLength(7);
      const winner = outcomes.findIndex((it) => it !== 'taken');
      expect(outcomes[winner]).toEqual({ from: undefined });
      expect(await running.metadata.read((tx) => findTag(tx, 'immutable', 'v1'))).toBe(`sha256:${winner}`);
    });

    test('a read sees one moment, whatever is written meanwhile', async () => {
      await write((tx) => addRepository(tx, aRepositoryRow('moment-0')));
      const counts = await running.metadata.read(async (tx) => {
        const before = await countRepositories(tx, REGISTRY);
        await write((other) => addRepository(other, aRepositoryRow('moment-1')));
        return [before, await countRepositories(tx, REGISTRY)];
      });
      expect(counts[1]).toBe(counts[0]);
    });

    test('a read of one statement sees what was written before, whoever reads beside it', async () => {
      for (let i = 0; i < 20; i++) {
        await write((tx) => addRepository(tx, aRepositoryRow(`one-${i}`)));
        const one = () => running.metadata.readOne((tx) => findRepository(tx, REGISTRY, `one-${i}`));
        const found = await Promise.all([one(), one(), running.metadata.read((tx) => countRepositories(tx, REGISTRY))]);
        expect(found.slice(0, 2)).toEqual([aRepositoryRow(`one-${i}`), aRepositoryRow(`one-${i}`)]);
      }
    });

    test('a read of one statement asks no second one, and the next read asks as many as it likes', async () => {
      const two = async (tx: Reading) => [
        await findRepository(tx, REGISTRY, 'first'),
        await findRepository(tx, REGISTRY, 'second'),
      ];
      await expect(running.metadata.readOne(two)).rejects.toThrow('asked a second one');
      expect(await running.metadata.read(two)).toEqual([undefined, undefined]);
      expect(await running.metadata.readOne((tx) => findRepository(tx, REGISTRY, 'first'))).toBeUndefined();
    });

    test('a read of one statement that fails leaves nothing to the next', async () => {
      const wrong = (tx: Reading) => sql`select 1 from nowhere`.execute(tx);
      const right = (tx: Reading) => findRepository(tx, REGISTRY, 'nobody');
      for (let i = 0; i < 5; i++) {
        expect(await running.metadata.readOne(right)).toBeUndefined();
        await expect(running.metadata.readOne(wrong)).rejects.toThrow('nowhere');
      }
      expect(await running.metadata.readOne(async () => 'asked nothing')).toBe('asked nothing');
      expect(await running.metadata.readOne(right)).toBeUndefined();
    });

    test('bytes, large numbers and times come back as they went in', async () => {
      await write(async (tx) => {
        await addRepository(tx, aRepositoryRow('exact'));
        await addImage(tx, anImageRow('exact', 'sha256:a'));
      });
      const row = await running.metadata.read((tx) =>
        tx.selectFrom('images').selectAll().where('repository_id', '=', 'exact').executeTakeFirstOrThrow(),
      );
      expect({ ...row, manifest: Buffer.from(row.manifest) }).toMatchObject(anImageRow('exact', 'sha256:a'));
    });

    test('names and tags are ordered by their bytes', async () => {
      const names = ['b', 'a-b', 'a/b', 'a.b', 'ab', 'a_b', 'a'].map((it) => `order-${it}`);
      const tags = ['a', 'B', '_', '1.0', '1-0', 'Z', 'z'];
      await write(async (tx) => {
        for (const it of names) await addRepository(tx, aRepositoryRow(it));
        await addImage(tx, anImageRow('order-a', 'sha256:a'));
        for (const tag of tags) {
          const row = { repository_id: 'order-a', tag, digest: 'sha256:a', updated_at: 1 };
          await placeTag(tx, row, { mayMove: true });
        }
      });
      const page = { after: 'order-', limit: names.length };
      const found = await running.metadata.read((tx) => repositoriesAfter(tx, REGISTRY, page));
      expect(found.map((row) => row.name)).toEqual(names.toSorted());
      const placed = await running.metadata.read((tx) => tagsAfter(tx, 'order-a', { after: undefined, limit: 10 }));
      expect(placed.map((row) => row.tag)).toEqual(tags.toSorted());
    });

    test('a layer that an image needs cannot be taken away, nor an object that a layer needs', async () => {
      await write(async (tx) => {
        await addRepository(tx, aRepositoryRow('guarded'));
        await addObject(tx, anObjectRow('guarded-object'));
        await putLayer(tx, aLayerRow('guarded', 'guarded-object'));
        await addImage(tx, anImageRow('guarded', 'sha256:image'));
        const layers = ['sha256:guarded-object'];
        await addReferences(tx, { repositoryId: 'guarded', digest: 'sha256:image' }, { layers, children: [] });
      });
      await expect(write((tx) => removeLayer(tx, 'guarded', 'sha256:guarded-object', 'a bug'))).rejects.toThrow();
      const condemning = write((tx) =>
        condemnObjects(tx, [{ ...anObjectRow('guarded-object'), reason: 'a bug' }], {
          now: new Date(0),
          due: new Date(0),
        }),
      );
      await expect(condemning).rejects.toThrow();
      const found = await running.metadata.read((tx) => findLiveObject(tx, REGISTRY, 'sha256:guarded-object'));
      expect(found).toEqual(anObjectRow('guarded-object'));
    });

    test('a repository goes with its images, tags and layers', async () => {
      await write(async (tx) => {
        await addRepository(tx, aRepositoryRow('leaving'));
        await addObject(tx, anObjectRow('leaving-object'));
        await putLayer(tx, aLayerRow('leaving', 'leaving-object'));
        await addImage(tx, anImageRow('leaving', 'sha256:image'));
        const layers = ['sha256:leaving-object'];
        await addReferences(tx, { repositoryId: 'leaving', digest: 'sha256:image' }, { layers, children: [] });
        const row = { repository_id: 'leaving', tag: 't', digest: 'sha256:image', updated_at: 1 };
        await placeTag(tx, row, { mayMove: true });
      });
      const rowsOf = (table: 'images' | 'tags' | 'layers'): Promise<Record<string, unknown>[]> =>
        running.metadata.read((tx) =>
          tx.selectFrom(table).selectAll().where('repository_id', '=', 'leaving').execute(),
        );
      const image = Number((await rowsOf('images'))[0]?.['number']);
      const references = () =>
        running.metadata.read((tx) =>
          tx.selectFrom('image_layers').selectAll().where('image_number', '=', image).execute(),
        );
      expect(await references()).toHaveLength(1);

      await write((tx) => removeRepository(tx, aRepositoryRow('leaving')));

      for (const table of ['images', 'tags', 'layers'] as const) expect(await rowsOf(table), table).toEqual([]);
      expect(await references()).toEqual([]);
    });

    test('an upload is claimed by one at a time, and again when the claim has run out', async () => {
      await write(async (tx) => {
        await addRepository(tx, aRepositoryRow('claimed'));
        await addUpload(tx, anUploadRow('upload', 'claimed'));
      });
      const claim = (by: string, now: number) =>
        write((tx) => claimUpload(tx, 'upload', { claim: by, now: new Date(now), until: new Date(now + 100) }));

      const outcomes = await Promise.all(['a', 'b', 'c'].map((by) => claim(by, 1000)));
      expect(outcomes.filter((isClaimed) => isClaimed)).toHaveLength(1);
      expect(await claim('late', 1099)).toBe(false);
      expect(await claim('later', 1101)).toBe(true);
      const row = await running.metadata.read((tx) => findUpload(tx, 'upload'));
      expect(row).toMatchObject({ claim: 'later', claimed_until: 1201 });
    });

    metadataRaces(() => running.metadata);
  });
}
