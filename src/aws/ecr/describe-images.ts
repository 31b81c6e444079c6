import { describeImages, describeNamedImages, type ImageDetail as Stored } from '../../registry/describe-images.ts';
import { getRepository } from '../../registry/get-repository.ts';
import type { DescribeImagesRequest, DescribeImagesResponse, ImageDetail, ImageStatusFilter } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { nextPage, pageOf, refusePaging } from './paging.ts';
import { namedRepository, registryOf } from './registry.ts';

/** The images named, all or none, or a page of all of them, youngest first. API_DescribeImages. */
export const DescribeImages = operation<DescribeImagesRequest, DescribeImagesResponse>({
  service: 'ecr',
  name: 'DescribeImages',
  action: 'ecr:DescribeImages',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, imageIds, filter = {} } = input;
    const { tagStatus = 'ANY', imageStatus } = filter;
    const registry = registryOf(input, call);
    await getRepository(call.world, registry, repositoryName);
    const describe = (it: Stored) => describeImage(it, { registryId: registry.account, repositoryName });

    if (imageIds !== undefined) {
      refusePaging(input, 'imageIds');
      const images = await describeNamedImages(call.world, registry, repositoryName, imageIds);
      const wanted = images.filter((it) => hasTagStatus(it, tagStatus) && hasStatus(it, imageStatus));
      return { imageDetails: wanted.map(describe) };
    }

    const listing = { operation: 'DescribeImages', registry, repositoryName, filter };
    const page = pageOf(call.world, listing, input);
    const wanted = { tagStatus, imageStatus, ...page };
    const { images, next } = await describeImages(call.world, registry, repositoryName, wanted);
    return { imageDetails: images.map(describe), ...nextPage(call.world, listing, next) };
  },
});

function hasTagStatus({ tags }: Stored, tagStatus: 'TAGGED' | 'UNTAGGED' | 'ANY'): boolean {
  return tagStatus === 'ANY' || (tagStatus === 'TAGGED') === tags.length > 0;
}

/** Images that are named are shown whatever they are, unless the filter says something else. */
function hasStatus({ status }: Stored, wanted: ImageStatusFilter = 'ANY'): boolean {
  return wanted === 'ANY' || status === wanted;
}

/** Tags are absent, not empty, where there are none: programs look for the member. */
function describeImage(image: Stored, of: { registryId: string; repositoryName: string }): ImageDetail {
  return {
    ...of,
    imageDigest: image.digest,
    ...(image.tags.length > 0 && { imageTags: image.tags }),
    imageSizeInBytes: image.sizeInBytes,
    imagePushedAt: image.pushedAt,
    imageManifestMediaType: image.mediaType,
    ...(image.artifactType !== undefined && { artifactMediaType: image.artifactType }),
    ...(image.subjectDigest !== undefined && { subjectManifestDigest: image.subjectDigest }),
    imageStatus: image.status,
    ...(image.lastPulledAt !== undefined && { lastRecordedPullTime: image.lastPulledAt }),
    ...(image.archivedAt !== undefined && { lastArchivedAt: image.archivedAt }),
    ...(image.activatedAt !== undefined && { lastActivatedAt: image.activatedAt }),
  };
}
