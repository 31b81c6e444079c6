import { matchesWildcard } from '../values/tag-mutability.ts';

export type ScanFrequency = 'SCAN_ON_PUSH' | 'CONTINUOUS_SCAN' | 'MANUAL';

export interface ScanningRule {
  readonly scanFrequency: ScanFrequency;
  /** Wildcards over repository names; a rule without any is about none. */
  readonly filters: readonly string[];
}

/** A registry's scanning configuration. */
export interface ScanningConfiguration {
  readonly scanType: 'BASIC' | 'ENHANCED';
  readonly rules: readonly ScanningRule[];
}

/** How the images of a repository are scanned. */
export interface RepositoryScanning {
  /** Whether a push begins a scan. */
  readonly scanOnPush: boolean;
  readonly scanFrequency: ScanFrequency;
  /** Those of the rule that holds which match the repository. */
  readonly appliedFilters: readonly string[];
}

/**
 * Whether a scan filter matches a repository's name. Without `*` it does when the name contains it; with one it must
 * match all of the name, and `*` is any run of characters, `/` too. ECR User Guide, "Using filters".
 */
export function matchesScanFilter(filter: string, repositoryName: string): boolean {
  return filter.includes('*') ? matchesWildcard(filter, repositoryName) : repositoryName.includes(filter);
}

/**
 * What a registry's configuration means for one of its repositories. Of two rules that match, continuous scanning wins.
 * ENHANCED without rules scans everything, continuously. BASIC without rules leaves it to the repository's own setting.
 * API_BatchGetRepositoryScanningConfiguration.
 */
export function scanningOf(
  { scanType, rules }: ScanningConfiguration,
  repository: { readonly name: string; readonly scanOnPush: boolean },
): RepositoryScanning {
  if (rules.length === 0 && scanType === 'BASIC') {
    const { scanOnPush } = repository;
    return { scanOnPush, scanFrequency: scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL', appliedFilters: [] };
  }
  const everything: ScanningRule = { scanFrequency: 'CONTINUOUS_SCAN', filters: ['*'] };
  const matching = (rules.length === 0 ? [everything] : rules)
    .map(({ scanFrequency, filters }) => ({
      scanFrequency,
      appliedFilters: filters.filter((it) => matchesScanFilter(it, repository.name)),
    }))
    .filter(({ appliedFilters }) => appliedFilters.length > 0);
  const applied = matching.find((it) => it.scanFrequency === 'CONTINUOUS_SCAN') ?? matching[0];
  return applied
    ? { scanOnPush: true, ...applied }
    : { scanOnPush: false, scanFrequency: 'MANUAL', appliedFilters: [] };
}
