import { getPreview, type PreviewResult } from '../../lifecycle/previews.ts';
import { getRepository } from '../../registry/get-repository.ts';
import type {
  GetLifecyclePolicyPreviewRequest,
  GetLifecyclePolicyPreviewResponse,
  LifecyclePolicyPreviewResult,
} from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { nextPage, pageOf, refusePaging } from './paging.ts';
import { namedRepository, registryOf } from './registry.ts';

/** What the last preview of a repository found, a page of it or the images named. API_GetLifecyclePolicyPreview. */
export const GetLifecyclePolicyPreview = operation<GetLifecyclePolicyPreviewRequest, GetLifecyclePolicyPreviewResponse>(
  {
    service: 'ecr',
    name: 'GetLifecyclePolicyPreview',
    action: 'ecr:GetLifecyclePolicyPreview',
    resource: namedRepository,

    async handle(input, call) {
      const { repositoryName, imageIds, filter = {} } = input;
      const { tagStatus = 'ANY' } = filter;
      const registry = registryOf(input, call);
      await getRepository(call.world, registry, repositoryName);
      if (imageIds !== undefined) refusePaging(input, 'imageIds');
      const listing = { operation: 'GetLifecyclePolicyPreview', registry, repositoryName, filter };
      const page = pageOf(call.world, listing, input);
      const preview = await getPreview(call.world, { registry, repositoryName, tagStatus, imageIds, ...page });

      const { text, status, expiring, transitioning, results, next } = preview;
      const isComplete = status === 'COMPLETE';
      return {
        registryId: registry.account,
        repositoryName,
        lifecyclePolicyText: text,
        status,
        ...(isComplete && {
          previewResults: results.map(describeResult),
          summary: {
            expiringImageTotalCount: expiring,
            ...(transitioning > 0 && {
              transitioningImageTotalCounts: [{ targetStorageClass: 'ARCHIVE', imageTotalCount: transitioning }],
            }),
          },
        }),
        ...nextPage(call.world, listing, next),
      };
    },
  },
);

function describeResult(result: PreviewResult): LifecyclePolicyPreviewResult {
  const { digest, tags, pushedAt, action, rule, storageClass } = result;
  return {
    ...(tags.length > 0 && { imageTags: tags }),
    imageDigest: digest,
    imagePushedAt: pushedAt,
    action: action === 'expire' ? { type: 'EXPIRE' } : { type: 'TRANSITION', targetStorageClass: 'ARCHIVE' },
    ...(rule !== undefined && { appliedRulePriority: rule }),
    storageClass,
  };
}
