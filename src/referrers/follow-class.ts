import type { ChangeConsumer } from '../changes/consumer.ts';
import type { JobKind } from '../jobs/job-kind.ts';
import { activateImage, archiveImage } from '../registry/archive-image.ts';
import { repositoryOf } from '../registry/repository.ts';
import { findImageFacts } from '../storage/metadata/images.ts';
import { addJob } from '../storage/metadata/jobs.ts';
import { referrersAfter } from '../storage/metadata/referrers.ts';
import { findRepositoryById } from '../storage/metadata/repositories.ts';

const KIND = 'referrers-follow';
const AT_ONCE = 50;

interface FollowSubject {
  readonly repositoryId: string;
  readonly digest: string;
}

/** What refers to an image (signatures, SBOMs) is archived when the image is, and back when it is. */
export const referrersFollow: ChangeConsumer = {
  name: KIND,
  async consume(tx, changes, { clock, ids }) {
    for (const { what, repository, registry } of changes) {
      if (what.kind !== 'storage-class-changed') continue;
      const payload: FollowSubject = { repositoryId: repository.id, digest: what.image.digest };
      const now = clock.now();
      const uniqueKey = `${repository.id}/${what.image.digest}`;
      await addJob(tx, { id: ids.uuid(), kind: KIND, registry, payload, uniqueKey, dueAt: now, now });
    }
  },
};

/**
 * Brings the referrers of an image to its storage class, a few in each transaction, which looks what that is by then.
 * What refers to them follows by changes of their own.
 */
export const followingReferrers: JobKind = {
  name: KIND,
  attempts: 10,
  async run(world, payload, { signal }) {
    const { repositoryId, digest } = payload as FollowSubject;
    for (let after: string | undefined; ; ) {
      signal.throwIfAborted();
      const from = after;
      after = await world.metadata.write(
        async (tx) => {
          const row = await findRepositoryById(tx, repositoryId);
          const subject = row && (await findImageFacts(tx, repositoryId, digest));
          if (!row || !subject || subject.status === 'ACTIVATING') return undefined;
          const repository = repositoryOf(row);
          const isArchived = subject.status === 'ARCHIVED';
          const page = {
            artifactTypes: [],
            status: isArchived ? 'ACTIVE' : 'ARCHIVED',
            after: from,
            limit: AT_ONCE,
          } as const;
          const referrers = await referrersAfter(tx, repositoryId, digest, page);
          for (const facts of referrers) {
            if (isArchived) await archiveImage(world, tx, repository, facts);
            else await activateImage(world, tx, repository, facts);
          }
          return referrers.length === AT_ONCE ? referrers.at(-1)?.digest : undefined;
        },
        { isBulk: true },
      );
      if (after === undefined) return;
    }
  },
};
