import { untaggedAfter } from '../storage/metadata/images.ts';
import { tagsAfter } from '../storage/metadata/tags.ts';
import { type StatusFilter, statusOf } from '../values/image-status.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { repositoryIn } from './get-repository.ts';
import type { ImageId } from './image-id.ts';

export type TagStatus = 'TAGGED' | 'UNTAGGED' | 'ANY';

/**
 * A page of images: one element for each tag, by tag, then one for each untagged image, by digest. `next` says where to
 * go on (`t` and a tag, `u` and a digest). API_ListImages.
 *
 * @throws RepositoryNotFound
 */
export function listImages(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  page: { tagStatus: TagStatus; imageStatus?: StatusFilter | undefined; after?: string | undefined; limit: number },
): Promise<{ imageIds: ImageId[]; next?: string }> {
  const { tagStatus, after, limit } = page;
  const status = statusOf(page.imageStatus);
  return core.metadata.read(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const found: { imageId: ImageId; position: string }[] = [];

    if (tagStatus !== 'UNTAGGED' && !after?.startsWith('u')) {
      const tags = await tagsAfter(tx, repository.id, { status, after: after?.slice(1), limit: limit + 1 });
      for (const { tag, digest } of tags) {
        found.push({ imageId: { imageDigest: digest, imageTag: tag }, position: `t${tag}` });
      }
    }
    if (tagStatus !== 'TAGGED' && found.length <= limit) {
      const place = after?.startsWith('u') ? after.slice(1) : undefined;
      const digests = await untaggedAfter(tx, repository.id, { status, after: place, limit: limit + 1 - found.length });
      for (const digest of digests) found.push({ imageId: { imageDigest: digest }, position: `u${digest}` });
    }

    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    return {
      imageIds: shown.map((it) => it.imageId),
      ...(found.length > limit && last !== undefined && { next: last.position }),
    };
  });
}
