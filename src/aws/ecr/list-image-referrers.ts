import { getRepository } from '../../registry/get-repository.ts';
import { listReferrers, type Referrer } from '../../registry/referrers.ts';
import { InvalidParameter } from '../../registry/refusals.ts';
import { isDigest } from '../../values/digest.ts';
import type { ImageReferrer, ListImageReferrersRequest, ListImageReferrersResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { nextPage, pageOf } from './paging.ts';
import { namedRepository, registryOf } from './registry.ts';

const USUAL_PAGE = 20;

/** A page of what refers to an image: signatures, SBOMs. There need be no such image. API_ListImageReferrers. */
export const ListImageReferrers = operation<ListImageReferrersRequest, ListImageReferrersResponse>({
  service: 'ecr',
  name: 'ListImageReferrers',
  action: 'ecr:BatchGetImage', // It has no action of its own.
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, subjectId, filter = {} } = input;
    const registry = registryOf(input, call);
    await getRepository(call.world, registry, repositoryName);
    const subject = subjectId.imageDigest;
    if (!isDigest(subject)) {
      const constraint = "image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'";
      throw InvalidParameter({ member: 'subjectId.imageDigest', constraint });
    }
    const listing = { operation: 'ListImageReferrers', registry, repositoryName, filter: { subject, ...filter } };
    const page = pageOf(call.world, listing, input, USUAL_PAGE);

    const { artifactTypes = [], artifactStatus } = filter;
    const { referrers, next } = await listReferrers(call.world, registry, repositoryName, {
      subject,
      artifactTypes,
      status: artifactStatus,
      ...page,
    });
    return { referrers: referrers.map(describeReferrer), ...nextPage(call.world, listing, next) };
  },
});

function describeReferrer({ digest, mediaType, size, artifactType, annotations, status }: Referrer): ImageReferrer {
  return {
    digest,
    mediaType,
    size,
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations !== undefined && { annotations }),
    artifactStatus: status,
  };
}
