import type { ChangeConsumer } from '../changes/consumer.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import { removeImagesAndLeaseLayers } from '../registry/delete-images.ts';
import { repositoryOf } from '../registry/repository.ts';
import { findImageFacts, indexesHoldingEach } from '../storage/metadata/images.ts';
import { addJob } from '../storage/metadata/jobs.ts';
import { referrersAfter, subjectsOfReferrers } from '../storage/metadata/referrers.ts';
import { findRepositoryById } from '../storage/metadata/repositories.ts';
import type { Change, ImageDeleted } from '../values/change.ts';

const KIND = 'referrers-go';
const AT_ONCE = 50;
/** ECR says within a day. Until then who deleted the wrong image pushes it again, and finds its signatures. */
const AFTER_MS = 12 * 60 * 60 * 1000;

interface SubjectGone {
  readonly repositoryId: string;
  readonly digest: string;
}

/** What refers to an image (signatures, SBOMs) is deleted some hours after the image, unless that has come back. */
export const referrersGo: ChangeConsumer = {
  name: KIND,
  async consume(tx, changes, { clock, ids }) {
    const now = clock.now();
    const dueAt = new Date(now.getTime() + AFTER_MS);
    const repositories = Map.groupBy(changes.filter(isDeletion), (it) => it.repository.id);
    for (const [repositoryId, deletions] of repositories) {
      const digests = deletions.map((it) => it.what.image.digest);
      const registry = deletions[0]?.registry;
      if (registry === undefined) continue;
      for (const digest of await subjectsOfReferrers(tx, repositoryId, digests)) {
        const payload: SubjectGone = { repositoryId, digest };
        const uniqueKey = `${repositoryId}/${digest}`;
        await addJob(tx, { id: ids.uuid(), kind: KIND, registry, payload, uniqueKey, dueAt, now });
      }
    }
  },
};

function isDeletion(change: Change): change is Change & { readonly what: ImageDeleted } {
  return change.what.kind === 'image-deleted';
}

/** Deletes the referrers of an image that is not there, a few in each transaction. What an index holds stays. */
export const removingReferrers: JobKind = {
  name: KIND,
  attempts: 10,
  async run(world, payload, { signal }) {
    const { repositoryId, digest } = payload as SubjectGone;
    for (let after: string | undefined; ; ) {
      signal.throwIfAborted();
      const from = after;
      after = await world.metadata.write(
        async (tx) => {
          const row = await findRepositoryById(tx, repositoryId);
          if (!row || (await findImageFacts(tx, repositoryId, digest))) return undefined;
          const referrers = await referrersAfter(tx, repositoryId, digest, {
            artifactTypes: [],
            after: from,
            limit: AT_ONCE,
          });
          const held = await indexesHoldingEach(
            tx,
            repositoryId,
            referrers.map((it) => it.digest),
          );
          const going = referrers.filter((it) => !held.has(it.digest));
          await removeImagesAndLeaseLayers(world, tx, repositoryOf(row), going);
          return referrers.length === AT_ONCE ? referrers.at(-1)?.digest : undefined;
        },
        { isBulk: true },
      );
      if (after === undefined) return;
    }
  },
};
