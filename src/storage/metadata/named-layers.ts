import { sql } from 'kysely';
import type { RegistryId } from '../../values/registry-id.ts';
import { fixedQuery } from './fixed-query.ts';
import { isArchived, isReferenced, type StoredLayer } from './layers.ts';
import type { Reading } from './port.ts';
import type { LayerRow, ObjectRow } from './tables.ts';

type JoinedRow = LayerRow & {
  readonly object_state: ObjectRow['state'];
  readonly key_scope: ObjectRow['key_scope'];
  readonly object_seal: ObjectRow['seal'];
  readonly is_referenced: boolean | number;
  readonly is_archived: boolean | number;
};

const namedLayers = fixedQuery<
  JoinedRow | Record<keyof JoinedRow, null>,
  [account: string, region: string, repositoryName: string, digest: string]
>(
  (account, region, repositoryName, digest) => sql`
    select layers.*, objects.state as object_state, objects.key_scope, objects.seal as object_seal,
      ${isReferenced} as is_referenced, ${isArchived} as is_archived
    from repositories
    left join layers on layers.repository_id = repositories.id and layers.digest = ${digest}
    left join objects on objects.object_key = layers.object_key
    where repositories.account = ${account} and repositories.region = ${region}
      and repositories.name = ${repositoryName}`,
);

/**
 * A layer of the repository of this name, and whether that repository is there at all: one statement, since each pull asks
 * it for every layer.
 */
export async function layerIn(
  tx: Reading,
  { account, region }: RegistryId,
  repositoryName: string,
  digest: string,
): Promise<{ readonly hasRepository: boolean; readonly layer: StoredLayer | undefined }> {
  const [row] = await namedLayers(tx, account, region, repositoryName, digest);
  if (row === undefined) return { hasRepository: false, layer: undefined };
  if (row.digest === null) return { hasRepository: true, layer: undefined };
  const { object_seal, ...layer } = row;
  return {
    hasRepository: true,
    layer: {
      ...layer,
      seal: layer.seal ?? object_seal,
      is_referenced: Boolean(layer.is_referenced),
      is_archived: Boolean(layer.is_archived),
    },
  };
}
