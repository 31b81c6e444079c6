import { getRepository, repositoryIn } from '../registry/get-repository.ts';
import type { Repository } from '../registry/repository.ts';
import { setScanOnPush } from '../storage/metadata/repositories.ts';
import { Refusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { type RepositoryScanning, scanningOf } from './match.ts';
import { getScanningConfiguration } from './registry-configuration.ts';

/** Says whether a push to the repository begins a scan, where no rule of the registry does. @throws RepositoryNotFound */
export function putScanOnPush(
  { metadata }: Pick<World, 'metadata'>,
  { registry, repositoryName, scanOnPush }: { registry: RegistryId; repositoryName: string; scanOnPush: boolean },
): Promise<void> {
  return metadata.write(async (tx) => {
    const { id } = await repositoryIn(tx, registry, repositoryName);
    await setScanOnPush(tx, id, scanOnPush);
  });
}

export interface ScannedRepositories {
  readonly found: readonly { readonly repository: Repository; readonly scanning: RepositoryScanning }[];
  readonly missing: readonly { readonly repositoryName: string; readonly why: string }[];
}

/** How each of these repositories is scanned, in the order asked. API_BatchGetRepositoryScanningConfiguration. */
export async function repositoriesScanning(
  world: Pick<World, 'metadata'>,
  registry: RegistryId,
  repositoryNames: readonly string[],
): Promise<ScannedRepositories> {
  const configuration = await getScanningConfiguration(world, registry);
  const found: { repository: Repository; scanning: RepositoryScanning }[] = [];
  const missing: { repositoryName: string; why: string }[] = [];
  for (const repositoryName of new Set(repositoryNames)) {
    try {
      const repository = await getRepository(world, registry, repositoryName);
      found.push({ repository, scanning: scanningOf(configuration, repository) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      missing.push({ repositoryName, why: error.message });
    }
  }
  return { found, missing };
}
