import type { JobKind } from '../jobs/job-kind.ts';
import { findImageFacts } from '../storage/metadata/images.ts';
import { findRepositoryById } from '../storage/metadata/repositories.ts';
import { ACTIVATE_IMAGE, type ActivateImage, activateImage } from './archive-image.ts';
import { repositoryOf } from './repository.ts';

/** Has an image back that was restored, when its time has come; nothing where it, or its repository, went meanwhile. */
export const activatingImages: JobKind = {
  name: ACTIVATE_IMAGE,
  attempts: 20,
  async run(world, payload) {
    const { repositoryId, digest } = payload as ActivateImage;
    await world.metadata.write(async (tx) => {
      const row = await findRepositoryById(tx, repositoryId);
      if (!row) return;
      const facts = await findImageFacts(tx, repositoryId, digest);
      if (facts?.status === 'ACTIVATING') await activateImage(world, tx, repositoryOf(row), facts);
    });
  },
};
