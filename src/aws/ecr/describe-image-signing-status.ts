import { signingStatusOf } from '../../signing/signing-status.ts';
import type { DescribeImageSigningStatusRequest, DescribeImageSigningStatusResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** What became of an image's signatures, by profile. API_DescribeImageSigningStatus. */
export const DescribeImageSigningStatus = operation<
  DescribeImageSigningStatusRequest,
  DescribeImageSigningStatusResponse
>({
  service: 'ecr',
  name: 'DescribeImageSigningStatus',
  action: 'ecr:DescribeImageSigningStatus',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, imageId } = input;
    const registry = registryOf(input, call);
    const { digest, signings } = await signingStatusOf(call.world, { registry, repositoryName, imageId });
    return {
      repositoryName,
      imageId: { ...imageId, imageDigest: digest },
      registryId: registry.account,
      signingStatuses: signings.map(({ profileArn, status, failureCode, failureReason }) => ({
        signingProfileArn: profileArn,
        status,
        ...(failureCode !== undefined && { failureCode }),
        ...(failureReason !== undefined && { failureReason }),
      })),
    };
  },
});
