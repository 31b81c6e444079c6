import type { Reading } from './port.ts';
import type { LayerRow, ObjectRow, RepositoryRow } from './tables.ts';

type Place = Pick<RepositoryRow, 'account' | 'region' | 'name'>;

/** Objects with these contents in any registry. */
export function objectsOfDigest(tx: Reading, digest: string, limit: number): Promise<ObjectRow[]> {
  return tx
    .selectFrom('objects')
    .selectAll()
    .where('digest', '=', digest)
    .orderBy('account')
    .orderBy('region')
    .orderBy('object_key')
    .limit(limit)
    .execute();
}

/** The layers that an object's bytes are, with where they are. */
export function layersOfObject(tx: Reading, objectKey: string, limit: number): Promise<(LayerRow & Place)[]> {
  return tx
    .selectFrom('layers')
    .innerJoin('repositories', 'repositories.id', 'layers.repository_id')
    .selectAll('layers')
    .select(['repositories.account', 'repositories.region', 'repositories.name'])
    .where('layers.object_key', '=', objectKey)
    .orderBy('repositories.name')
    .limit(limit)
    .execute();
}

/**
 * Repositories in which the digest is that of an image, up to `limit`. Looks into each repository: no index is worth
 * what it would cost each push.
 */
export function repositoriesWithImage(
  tx: Reading,
  digest: string,
  limit: number,
): Promise<(Place & Pick<RepositoryRow, 'id'>)[]> {
  return tx
    .selectFrom('repositories')
    .innerJoin('images', (join) =>
      join.onRef('images.repository_id', '=', 'repositories.id').on('images.digest', '=', digest),
    )
    .select(['repositories.id', 'repositories.account', 'repositories.region', 'repositories.name'])
    .orderBy('repositories.account')
    .orderBy('repositories.region')
    .orderBy('repositories.name')
    .limit(limit)
    .execute();
}
