import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aManifest, pushLayer } from '../../test/manifests.ts';
import { type QuietWorld, quietWorld } from '../../test/quiet-world.ts';
import { createRepository } from '../registry/create-repository.ts';
import { deleteImageByDigest, deleteTag } from '../registry/delete-image.ts';
import { deleteImages, possessionsOf, removeImagesAndLeaseLayers } from '../registry/delete-images.ts';
import { noteChange } from '../registry/note-change.ts';
import type { Manifest } from '../registry/parse-manifest.ts';
import { putImage } from '../registry/put-image.ts';
import type { Repository } from '../registry/repository.ts';
import { holdImages } from '../storage/metadata/holds.ts';
import { findImageFacts, presentImages } from '../storage/metadata/images.ts';
import { placeTag, tagsAfter } from '../storage/metadata/tags.ts';
import type { Change } from '../values/change.ts';
import { Refusal } from '../values/refusal.ts';
import type { ChangeConsumer } from './consumer.ts';
import { dispatchChanges } from './dispatch-changes.ts';
import { settleChanges } from './settle-changes.ts';

let quiet: QuietWorld;
beforeAll(async () => {
  quiet = await quietWorld();
});
afterAll(() => quiet.stop());

/** Dispatching goes on beside the transactions, and is not to take all of the test's time. */
const LOOKED_EVERY_MS = 5;

interface State {
  readonly images: Set<string>;
  readonly tags: Map<string, string>;
}

/** What there is after a change, which says what there was before it: each must fit what the ones before it left. */
function apply({ images, tags }: State, { what }: Change): void {
  switch (what.kind) {
    case 'image-pushed':
      expect(images.has(what.image.digest)).toBe(what.parts === undefined);
      images.add(what.image.digest);
      for (const { tag, from } of what.tags) {
        expect(tags.get(tag)).toBe(from);
        tags.set(tag, what.image.digest);
      }
      break;
    case 'tag-removed':
      expect(tags.get(what.tag)).toBe(what.image.digest);
      tags.delete(what.tag);
      break;
    case 'image-deleted':
      expect(images.delete(what.image.digest)).toBe(true);
      expect([...tags].filter(([, digest]) => digest === what.image.digest).map(([tag]) => tag)).toEqual(
        expect.arrayContaining([...what.tags]),
      );
      for (const tag of what.tags) tags.delete(tag);
      break;
  }
}

async function stateOf(repository: Repository, manifests: readonly Manifest[]): Promise<State> {
  return quiet.world.metadata.read(async (tx) => {
    const images = await presentImages(
      tx,
      repository.id,
      manifests.map((it) => it.digest),
    );
    const tags = await tagsAfter(tx, repository.id, { after: undefined, limit: 100 });
    return { images: new Set(images.keys()), tags: new Map(tags.map((it) => [it.tag, it.digest])) };
  });
}

/** A consumer that gathers what it is offered, by its ids: a conflict has changes offered once more. */
function following() {
  const changes = new Map<string, Change>();
  const follower: ChangeConsumer = {
    name: 'follower',
    async consume(_tx, some) {
      for (const it of some) if (!changes.has(it.id)) changes.set(it.id, it);
    },
  };
  return { changes, follower };
}

/** A repository with two images that have no tags. */
async function twoImages(repositoryName: string) {
  const { world, registry } = quiet;
  const repository = await createRepository(world, { registry, repositoryName });
  const config = await pushLayer(world, registry, repositoryName, Buffer.from('{}'));
  const [one, other] = [aManifest({ config, note: 'one' }), aManifest({ config, note: 'other' })];
  for (const manifest of [one, other]) await putImage(world, { registry, repositoryName, manifest, tags: [] });
  return { repository, one, other };
}

const IMAGES = fc.constantFrom(0, 1);
const TAGS = fc.constantFrom('a', 'b');
type Step =
  | { readonly push: number; readonly tags: string[] }
  | { readonly untag: string }
  | { readonly remove: number }
  | { readonly drop: string[] };
const STEP: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ push: IMAGES, tags: fc.uniqueArray(TAGS) }),
  fc.record({ push: IMAGES, tags: fc.uniqueArray(TAGS) }),
  fc.record({ untag: TAGS }),
  fc.record({ remove: IMAGES }),
  fc.record({ drop: fc.uniqueArray(TAGS, { minLength: 1 }) }),
);

/** Tries it; a refusal is an answer. */
async function take({ name, registry }: Repository, manifests: readonly Manifest[], step: Step): Promise<void> {
  const { world } = quiet;
  try {
    if ('push' in step) {
      const manifest = manifests[step.push] as Manifest;
      await putImage(world, { registry, repositoryName: name, manifest, tags: step.tags });
    } else if ('untag' in step) {
      await deleteTag(world, registry, name, step.untag);
    } else if ('remove' in step) {
      await deleteImageByDigest(world, registry, name, manifests[step.remove]?.digest ?? '');
    } else {
      const ids = step.drop.map((imageTag) => ({ imageTag }));
      await deleteImages(world, registry, name, ids);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

test('however transactions interleave, the changes of a repository lead from each state to the next, and to what there is', async () => {
  const run = async (rounds: readonly (readonly Step[])[]) => {
    const { world, registry } = quiet;
    const name = `r-${world.ids.uuid()}`;
    const repository = await createRepository(world, { registry, repositoryName: name });
    const config = await pushLayer(world, registry, name, Buffer.from('{}'));
    const manifests = ['one', 'other'].map((note) => aManifest({ config, note }));
    const { changes, follower } = following();

    for (const steps of rounds) {
      let isOver = false;
      const dispatching = (async () => {
        while (!isOver) {
          await dispatchChanges(world, [follower]);
          await wait(LOOKED_EVERY_MS);
        }
      })();
      await Promise.all(steps.map((step) => take(repository, manifests, step))).finally(() => {
        isOver = true;
      });
      await dispatching;
    }
    await settleChanges(world, { consumers: [follower], kinds: new Map() });

    const state: State = { images: new Set(), tags: new Map() };
    for (const change of changes.values()) apply(state, change);
    expect(state).toEqual(await stateOf(repository, manifests));
  };
  const rounds = fc.array(fc.array(STEP, { minLength: 2, maxLength: 6 }), { minLength: 1, maxLength: 4 });
  await fc.assert(fc.asyncProperty(rounds, run), { numRuns: 8, endOnFailure: true });
});

test('a tag that is placed while another removes it is placed behind that', async () => {
  if (!quiet.isClustered) return;
  const { world, registry } = quiet;
  const { repository, one, other } = await twoImages('placed');
  const { id } = repository;
  await putImage(world, { registry, repositoryName: 'placed', manifest: one, tags: ['a'] });
  let runs = 0;

  const placed = await world.metadata.write(async (tx) => {
    runs += 1;
    await holdImages(tx, id, [other.digest]);
    if (runs === 1) await deleteTag(world, registry, 'placed', 'a');
    const row = { repository_id: id, tag: 'a', digest: other.digest, updated_at: 0 };
    return placeTag(tx, row, { mayMove: true });
  });

  // It was not from there that it moved, as the first run would have said.
  expect(runs).toBe(2);
  expect(placed).toEqual({ from: undefined });
});

test('an image that goes while its tag moves away goes without it', async () => {
  if (!quiet.isClustered) return;
  const { world, registry } = quiet;
  const { repository, one, other } = await twoImages('moved');
  await putImage(world, { registry, repositoryName: 'moved', manifest: one, tags: ['a'] });
  const taken: (readonly string[] | undefined)[] = [];

  await world.metadata.write(async (tx) => {
    const facts = await findImageFacts(tx, repository.id, one.digest);
    if (!facts) throw new Error('The image is gone.');
    const known = await possessionsOf(tx, repository.id, [one.digest]);
    taken.push(known.tags.get(one.digest));
    if (taken.length === 1) await putImage(world, { registry, repositoryName: 'moved', manifest: other, tags: ['a'] });
    await removeImagesAndLeaseLayers(world, tx, repository, [facts], known);
  });

  expect(taken).toEqual([['a'], undefined]);
});

test('a tag that came and went before another transaction placed it did so before, whichever wrote first', async () => {
  if (!quiet.isClustered) return;
  const { world, registry } = quiet;
  const { repository, one, other } = await twoImages('came');
  const { changes, follower } = following();
  await settleChanges(world, { consumers: [follower], kinds: new Map() });
  changes.clear();
  let runs = 0;

  await world.metadata.write(async (tx) => {
    runs += 1;
    await holdImages(tx, repository.id, [other.digest]);
    await putImage(world, { registry, repositoryName: 'came', manifest: one, tags: ['a'] });
    await deleteTag(world, registry, 'came', 'a');
    const row = { repository_id: repository.id, tag: 'a', digest: other.digest, updated_at: 0 };
    const placed = await placeTag(tx, row, { mayMove: true });
    if (typeof placed === 'string') throw new Error(`The tag is ${placed}.`);
    const image = {
      digest: other.digest,
      mediaType: other.mediaType,
      artifactType: undefined,
      subjectDigest: undefined,
    };
    const tags = [{ tag: 'a', ...placed }];
    await noteChange(world, tx, repository, { kind: 'image-pushed', image, parts: undefined, tags });
  });
  await settleChanges(world, { consumers: [follower], kinds: new Map() });

  const state: State = { images: new Set([one.digest, other.digest]), tags: new Map() };
  for (const change of changes.values()) apply(state, change);
  expect(state).toEqual(await stateOf(repository, [one, other]));
  expect(state.tags).toEqual(new Map([['a', other.digest]]));
  expect(runs).toBe(1);
});
