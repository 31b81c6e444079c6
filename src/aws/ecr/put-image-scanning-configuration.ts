import { putScanOnPush } from '../../scanning/repository-configuration.ts';
import type { PutImageScanningConfigurationRequest, PutImageScanningConfigurationResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { namedRepository, registryOf } from './registry.ts';

/** Says whether pushes to a repository are scanned, where no rule of its registry does. API_PutImageScanningConfiguration. */
export const PutImageScanningConfiguration = operation<
  PutImageScanningConfigurationRequest,
  PutImageScanningConfigurationResponse
>({
  service: 'ecr',
  name: 'PutImageScanningConfiguration',
  action: 'ecr:PutImageScanningConfiguration',
  resource: namedRepository,

  async handle(input, call) {
    const { repositoryName, imageScanningConfiguration } = input;
    const { scanOnPush = false } = imageScanningConfiguration;
    const registry = registryOf(input, call);
    await putScanOnPush(call.world, { registry, repositoryName, scanOnPush });
    return { registryId: registry.account, repositoryName, imageScanningConfiguration: { scanOnPush } };
  },
});
