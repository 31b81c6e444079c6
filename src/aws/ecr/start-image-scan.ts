import { startImageScan } from '../../scanning/image-scans.ts';
import type { StartImageScanRequest, StartImageScanResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Would scan an image: see `startImageScan` for why none is. API_StartImageScan. */
export const StartImageScan = operation<StartImageScanRequest, StartImageScanResponse>({
  service: 'ecr',
  name: 'StartImageScan',
  action: 'ecr:StartImageScan',
  resource: namedRepository,

  handle(input, call) {
    const { repositoryName, imageId } = input;
    return startImageScan(call.world, { registry: registryOf(input, call), repositoryName, imageId });
  },
});
