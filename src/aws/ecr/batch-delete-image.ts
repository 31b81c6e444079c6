import { deleteImages } from '../../registry/delete-images.ts';
import type { BatchDeleteImageRequest, BatchDeleteImageResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeFailure, describeImageId } from './image-ids.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Deletes images and tags; what cannot be deleted stops nothing else. API_BatchDeleteImage. */
export const BatchDeleteImage = operation<BatchDeleteImageRequest, BatchDeleteImageResponse>({
  service: 'ecr',
  name: 'BatchDeleteImage',
  action: 'ecr:BatchDeleteImage',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, imageIds } = input;
    const { deleted, failures } = await deleteImages(call.world, registryOf(input, call), repositoryName, imageIds);
    return { imageIds: deleted.map(describeImageId), failures: failures.map(describeFailure) };
  },
});
