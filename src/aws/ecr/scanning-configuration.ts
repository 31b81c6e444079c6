import type { ScanningConfiguration } from '../../scanning/match.ts';
import type { RegistryScanningConfiguration, ScanningRepositoryFilter } from '../model/ecr.ts';

export function describeScanFilters(filters: readonly string[]): ScanningRepositoryFilter[] {
  return filters.map((filter) => ({ filter, filterType: 'WILDCARD' }));
}

/** A registry's scanning configuration as the API shows it. */
export function describeScanning({ scanType, rules }: ScanningConfiguration): RegistryScanningConfiguration {
  return {
    scanType,
    rules: rules.map(({ scanFrequency, filters }) => ({
      scanFrequency,
      repositoryFilters: describeScanFilters(filters),
    })),
  };
}
