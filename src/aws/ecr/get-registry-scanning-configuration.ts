import { getScanningConfiguration } from '../../scanning/registry-configuration.ts';
import type { GetRegistryScanningConfigurationResponse } from '../model/ecr.ts';
import { type Empty, operation } from '../operation.ts';
import { describeScanning } from './scanning-configuration.ts';

/** What the caller's registry scans. API_GetRegistryScanningConfiguration. */
export const GetRegistryScanningConfiguration = operation<Empty, GetRegistryScanningConfigurationResponse>({
  service: 'ecr',
  name: 'GetRegistryScanningConfiguration',
  action: 'ecr:GetRegistryScanningConfiguration',
  resource: () => '*',

  async handle(_, { world, registry }) {
    const configuration = await getScanningConfiguration(world, registry);
    return { registryId: registry.account, scanningConfiguration: describeScanning(configuration) };
  },
});
