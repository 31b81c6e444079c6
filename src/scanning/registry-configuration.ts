import { InvalidParameter } from '../registry/refusals.ts';
import { findRegistryConfiguration, putRegistryConfiguration } from '../storage/metadata/registry-configurations.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import type { ScanFrequency, ScanningConfiguration } from './match.ts';

/** What a registry scans until it is told. */
const DEFAULT: ScanningConfiguration = { scanType: 'BASIC', rules: [] };

const FREQUENCIES: Readonly<Record<ScanningConfiguration['scanType'], readonly ScanFrequency[]>> = {
  BASIC: ['SCAN_ON_PUSH'],
  ENHANCED: ['SCAN_ON_PUSH', 'CONTINUOUS_SCAN'],
};

export async function getScanningConfiguration(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
): Promise<ScanningConfiguration> {
  const document = await metadata.readOne((tx) => findRegistryConfiguration(tx, registry, 'scanning'));
  return document === undefined ? DEFAULT : (JSON.parse(document) as ScanningConfiguration);
}

/**
 * Puts the configuration instead of the one before. BASIC scans on push alone; there is one rule for each frequency.
 * API_PutRegistryScanningConfiguration.
 *
 * @throws InvalidParameter
 */
export async function putScanningConfiguration(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  registry: RegistryId,
  configuration: ScanningConfiguration,
): Promise<void> {
  check(configuration);
  const row = {
    ...registry,
    kind: 'scanning',
    document: JSON.stringify(configuration),
    updated_at: clock.now().getTime(),
  } as const;
  await metadata.write((tx) => putRegistryConfiguration(tx, row));
}

function check({ scanType, rules }: ScanningConfiguration): void {
  const allowed = FREQUENCIES[scanType];
  const seen = new Set<ScanFrequency>();
  for (const { scanFrequency } of rules) {
    if (!allowed.includes(scanFrequency)) {
      const constraint = `The scan frequency ${scanFrequency} is not supported by the scan type ${scanType}: [${allowed.join(', ')}]`;
      throw InvalidParameter({ member: 'rules', constraint });
    }
    if (seen.has(scanFrequency)) {
      throw InvalidParameter({ member: 'rules', constraint: `There can be one rule with frequency ${scanFrequency}` });
    }
    seen.add(scanFrequency);
  }
}
