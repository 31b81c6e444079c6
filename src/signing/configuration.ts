import type { Reading } from '../storage/metadata/port.ts';
import {
  findRegistryConfiguration,
  putRegistryConfiguration,
  removeRegistryConfiguration,
} from '../storage/metadata/registry-configurations.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { parseProfileArn } from '../values/signer-arn.ts';
import type { World } from '../world.ts';
import type { SigningRule } from './match.ts';
import { SignerInvalid, SigningConfigurationNotFound } from './refusals.ts';

/** What is signed when it is pushed to a registry. */
export interface SigningConfiguration {
  readonly rules: readonly SigningRule[];
}

/**
 * Puts the configuration instead of the one before. Profiles need not exist yet. API_PutSigningConfiguration.
 *
 * @throws SignerInvalid for a profile of another region, which can sign nothing here
 */
export async function putSigningConfiguration(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  registry: RegistryId,
  configuration: SigningConfiguration,
): Promise<void> {
  for (const { signingProfileArn } of configuration.rules) {
    const profile = parseProfileArn(signingProfileArn);
    if (profile?.region !== registry.region) {
      throw SignerInvalid({
        what: `The signing profile ${signingProfileArn} must be in the region ${registry.region}.`,
      });
    }
  }
  const document = JSON.stringify(configuration);
  const row = { ...registry, kind: 'signing' as const, document, updated_at: clock.now().getTime() };
  await metadata.write((tx) => putRegistryConfiguration(tx, row));
}

/** @throws SigningConfigurationNotFound */
export function getSigningConfiguration(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
): Promise<SigningConfiguration> {
  return metadata.readOne((tx) => configurationIn(tx, registry));
}

/** Removes it and answers what it was; signatures stay. @throws SigningConfigurationNotFound */
export function deleteSigningConfiguration(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
): Promise<SigningConfiguration> {
  return metadata.write(async (tx) => {
    const configuration = await configurationIn(tx, registry);
    await removeRegistryConfiguration(tx, registry, 'signing');
    return configuration;
  });
}

/** The rules that hold; none where nothing was put. */
export async function signingRulesIn(tx: Reading, registry: RegistryId): Promise<readonly SigningRule[]> {
  const document = await findRegistryConfiguration(tx, registry, 'signing');
  return document === undefined ? [] : (JSON.parse(document) as SigningConfiguration).rules;
}

async function configurationIn(tx: Reading, registry: RegistryId): Promise<SigningConfiguration> {
  const document = await findRegistryConfiguration(tx, registry, 'signing');
  if (document === undefined) throw SigningConfigurationNotFound({ registryId: registry.account });
  return JSON.parse(document);
}
