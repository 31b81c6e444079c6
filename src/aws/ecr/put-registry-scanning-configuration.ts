import { putScanningConfiguration } from '../../scanning/registry-configuration.ts';
import type {
  PutRegistryScanningConfigurationRequest,
  PutRegistryScanningConfigurationResponse,
} from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeScanning } from './scanning-configuration.ts';

/** Says what the caller's registry scans: all of it anew, BASIC where nothing is said. API_PutRegistryScanningConfiguration. */
export const PutRegistryScanningConfiguration = operation<
  PutRegistryScanningConfigurationRequest,
  PutRegistryScanningConfigurationResponse
>({
  service: 'ecr',
  name: 'PutRegistryScanningConfiguration',
  action: 'ecr:PutRegistryScanningConfiguration',
  resource: () => '*',

  async handle({ scanType = 'BASIC', rules = [] }, { world, registry }) {
    const configuration = {
      scanType,
      rules: rules.map(({ scanFrequency, repositoryFilters }) => ({
        scanFrequency,
        filters: repositoryFilters.map((it) => it.filter),
      })),
    };
    await putScanningConfiguration(world, registry, configuration);
    return { registryScanningConfiguration: describeScanning(configuration) };
  },
});
