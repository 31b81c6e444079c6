import { repositoryIn } from '../registry/get-repository.ts';
import { pullsOf } from '../storage/metadata/image-pulls.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';

export interface ImagePulls {
  readonly digest: string;
  /** By which it was asked for; undefined for pulls by digest. */
  readonly tag: string | undefined;
  readonly pulls: number;
  /** Undefined where nobody pulled it whose pulls count for the time. */
  readonly lastPulledAt: Date | undefined;
}

/**
 * What is pulled of a repository, most often first, as far as it is written down.
 *
 * @throws RepositoryNotFound
 */
export function pullsIn(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  limit: number,
): Promise<ImagePulls[]> {
  return metadata.read(async (tx) => {
    const { id } = await repositoryIn(tx, registry, repositoryName);
    const rows = await pullsOf(tx, id, limit);
    return rows.map((row) => ({
      digest: row.digest,
      tag: row.tag === '' ? undefined : row.tag,
      pulls: Number(row.pulls),
      lastPulledAt: Number(row.last_pulled_at) === 0 ? undefined : new Date(Number(row.last_pulled_at)),
    }));
  });
}
