import { replicatedImage } from '../../replication/image-replication.ts';
import type { DescribeImageReplicationStatusRequest, DescribeImageReplicationStatusResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeImageId } from './image-ids.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Where an image was replicated to: see `replicatedImage`. API_DescribeImageReplicationStatus. */
export const DescribeImageReplicationStatus = operation<
  DescribeImageReplicationStatusRequest,
  DescribeImageReplicationStatusResponse
>({
  service: 'ecr',
  name: 'DescribeImageReplicationStatus',
  action: 'ecr:DescribeImageReplicationStatus',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, imageId } = input;
    const registry = registryOf(input, call);
    const imageDigest = await replicatedImage(call.world, { registry, repositoryName, imageId });
    return { repositoryName, imageId: describeImageId({ ...imageId, imageDigest }), replicationStatuses: [] };
  },
});
