import { describeImageScan } from '../../scanning/image-scans.ts';
import type { DescribeImageScanFindingsRequest, DescribeImageScanFindingsResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { pageOf } from './paging.ts';
import { namedRepository, registryOf } from './registry.ts';

/** What a scan of an image found. API_DescribeImageScanFindings. */
export const DescribeImageScanFindings = operation<DescribeImageScanFindingsRequest, DescribeImageScanFindingsResponse>(
  {
    service: 'ecr',
    name: 'DescribeImageScanFindings',
    action: 'ecr:DescribeImageScanFindings',
    resource: namedRepository,

    async handle(input, call) {
      const { repositoryName, imageId } = input;
      const registry = registryOf(input, call);
      pageOf(call.world, { operation: 'DescribeImageScanFindings', registry, repositoryName, filter: imageId }, input);
      return describeImageScan(call.world, { registry, repositoryName, imageId });
    },
  },
);
