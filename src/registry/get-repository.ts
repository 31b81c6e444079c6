import type { Reading } from '../storage/metadata/port.ts';
import { findRepository } from '../storage/metadata/repositories.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { RepositoryNotFound } from './refusals.ts';
import { type Repository, repositoryOf } from './repository.ts';

/** @throws RepositoryNotFound */
export function getRepository(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
): Promise<Repository> {
  return core.metadata.readOne((tx) => repositoryIn(tx, registry, repositoryName));
}

/**
 * The same inside a transaction.
 *
 * @throws RepositoryNotFound
 */
export async function repositoryIn(tx: Reading, registry: RegistryId, repositoryName: string): Promise<Repository> {
  const row = await findRepository(tx, registry, repositoryName);
  if (!row) throw RepositoryNotFound({ repositoryName, registryId: registry.account });
  return repositoryOf(row);
}
