import { findImageFacts, type ImageFacts } from '../storage/metadata/images.ts';
import type { Reading } from '../storage/metadata/port.ts';
import { resolveImageId } from './find-images.ts';
import type { ImageId } from './image-id.ts';
import { ImageNotFound, InvalidParameter } from './refusals.ts';
import type { Repository } from './repository.ts';

const FORM_FAULTS: ReadonlySet<string> = new Set(['MissingDigestAndTag', 'InvalidImageDigest', 'InvalidImageTag']);

/**
 * The image that the member `imageId` of an input names, whatever its status.
 *
 * @throws InvalidParameter where it names none that could be, ImageNotFound, also where tag and digest disagree
 */
export async function namedImageIn(tx: Reading, repository: Repository, imageId: ImageId): Promise<ImageFacts> {
  const resolved = await resolveImageId(tx, repository.id, imageId);
  if ('failureCode' in resolved && FORM_FAULTS.has(resolved.failureCode)) {
    throw InvalidParameter({ member: 'imageId', constraint: resolved.failureReason });
  }
  const row = 'digest' in resolved ? await findImageFacts(tx, repository.id, resolved.digest) : undefined;
  if (row) return row;
  throw ImageNotFound({ ...imageId, repositoryName: repository.name, registryId: repository.registry.account });
}
