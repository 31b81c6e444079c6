import { getRepository } from '../../registry/get-repository.ts';
import { listImages } from '../../registry/list-images.ts';
import type { ListImagesRequest, ListImagesResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeImageId } from './image-ids.ts';
import { nextPage, pageOf } from './paging.ts';
import { namedRepository, registryOf } from './registry.ts';

/** A page of images: one element for each tag, then one for each image without. API_ListImages. */
export const ListImages = operation<ListImagesRequest, ListImagesResponse>({
  service: 'ecr',
  name: 'ListImages',
  action: 'ecr:ListImages',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, filter = {} } = input;
    const registry = registryOf(input, call);
    await getRepository(call.world, registry, repositoryName);
    const listing = { operation: 'ListImages', registry, repositoryName, filter };
    const page = pageOf(call.world, listing, input);

    const { tagStatus = 'ANY', imageStatus } = filter;
    const wanted = { tagStatus, imageStatus, ...page };
    const { imageIds, next } = await listImages(call.world, registry, repositoryName, wanted);
    return { imageIds: imageIds.map(describeImageId), ...nextPage(call.world, listing, next) };
  },
});
