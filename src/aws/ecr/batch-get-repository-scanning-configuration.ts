import { repositoriesScanning } from '../../scanning/repository-configuration.ts';
import { repositoryArn } from '../../values/arn.ts';
import type {
  BatchGetRepositoryScanningConfigurationRequest,
  BatchGetRepositoryScanningConfigurationResponse,
} from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { describeScanFilters } from './scanning-configuration.ts';

/** How each of several repositories is scanned; those that are missing are failures. API_BatchGetRepositoryScanningConfiguration. */
export const BatchGetRepositoryScanningConfiguration = operation<
  BatchGetRepositoryScanningConfigurationRequest,
  BatchGetRepositoryScanningConfigurationResponse
>({
  service: 'ecr',
  name: 'BatchGetRepositoryScanningConfiguration',
  action: 'ecr:BatchGetRepositoryScanningConfiguration',
  resource({ repositoryNames: [first = '', ...others] }, { registry }) {
    return [repositoryArn(registry, first), ...others.map((it) => repositoryArn(registry, it))];
  },

  async handle({ repositoryNames }, { world, registry }) {
    const { found, missing } = await repositoriesScanning(world, registry, repositoryNames);
    return {
      scanningConfigurations: found.map(({ repository, scanning }) => ({
        repositoryArn: repositoryArn(registry, repository.name),
        repositoryName: repository.name,
        scanOnPush: scanning.scanOnPush,
        scanFrequency: scanning.scanFrequency,
        appliedScanFilters: describeScanFilters(scanning.appliedFilters),
      })),
      failures: missing.map(({ repositoryName, why }) => ({
        repositoryName,
        failureCode: 'REPOSITORY_NOT_FOUND',
        failureReason: why,
      })),
    };
  },
});
