import type { StorageClass } from '../values/change.ts';
import type { ImageStatus } from '../values/image-status.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { archiveImage, restoreImage } from './archive-image.ts';
import type { Core } from './core.ts';
import { repositoryIn } from './get-repository.ts';
import type { ImageId } from './image-id.ts';
import { namedImageIn } from './named-image.ts';
import type { NotingChanges } from './note-change.ts';
import { StorageClassUpdateNotSupported } from './refusals.ts';

/**
 * Archives an image, or begins to restore one, and answers what it is since. API_UpdateImageStorageClass.
 *
 * @throws RepositoryNotFound, ImageNotFound, InvalidParameter; StorageClassUpdateNotSupported for an image that is in
 *   that class or on its way, and for one that an index holds which is not archived
 */
export function updateStorageClass(
  core: NotingChanges & Pick<Core, 'metadata' | 'rules'>,
  registry: RegistryId,
  repositoryName: string,
  { imageId, to }: { readonly imageId: ImageId; readonly to: StorageClass },
): Promise<{ readonly digest: string; readonly status: ImageStatus }> {
  return core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const facts = await namedImageIn(tx, repository, imageId);
    const { digest } = facts;
    if (to === 'STANDARD') {
      if (await restoreImage(core, tx, repository, facts)) return { digest, status: 'ACTIVATING' };
      const why = facts.status === 'ACTIVATING' ? 'is being restored already' : 'is in the standard storage class';
      throw StorageClassUpdateNotSupported({ digest, why });
    }
    const outcome = await archiveImage(core, tx, repository, facts);
    if (outcome === 'archived') return { digest, status: 'ARCHIVED' };
    if (outcome !== 'not-active') {
      const why = `cannot be archived without the manifest list being archived first: [${outcome.heldBy.join(', ')}]`;
      throw StorageClassUpdateNotSupported({ digest, why });
    }
    const why = facts.status === 'ACTIVATING' ? 'is being restored' : 'is in the archive storage class';
    throw StorageClassUpdateNotSupported({ digest, why });
  });
}
