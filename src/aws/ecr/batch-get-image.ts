import { recordPull } from '../../pulls/record-pull.ts';
import { findImages } from '../../registry/find-images.ts';
import type { BatchGetImageRequest, BatchGetImageResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeFailure, describeImageId } from './image-ids.ts';
import { namedRepository, registryOf } from './registry.ts';

/**
 * Manifests exactly as they were pushed: they are never converted to an accepted media type, since that changes their
 * digest. API_BatchGetImage.
 */
export const BatchGetImage = operation<BatchGetImageRequest, BatchGetImageResponse>({
  service: 'ecr',
  name: 'BatchGetImage',
  action: 'ecr:BatchGetImage',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, imageIds } = input;
    const registry = registryOf(input, call);
    const { images, failures } = await findImages(call.world, registry, repositoryName, imageIds);
    const { world, principal } = call;
    for (const { repositoryId, digest, tag } of images) {
      recordPull(world, { registry, repositoryName, repositoryId, digest, tag, principal });
    }
    return {
      images: images.map(({ digest, tag, manifest, mediaType }) => ({
        registryId: registry.account,
        repositoryName,
        imageId: describeImageId({ imageDigest: digest, imageTag: tag }),
        imageManifest: manifest.toString('utf8'),
        imageManifestMediaType: mediaType,
      })),
      failures: failures.map(describeFailure),
    };
  },
});
