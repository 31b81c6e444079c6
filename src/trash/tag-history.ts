import { repositoryIn } from '../registry/get-repository.ts';
import { tagHistoryOf } from '../storage/metadata/tag-history.ts';
import type { TagHistoryRow } from '../storage/metadata/trash-tables.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';

export interface TagMove {
  readonly at: Date;
  readonly what: TagHistoryRow['what'];
  /** Undefined for a tag that was new, and for one that went. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** ARN of the principal who did it; undefined where the registry itself did. */
  readonly by: string | undefined;
}

/**
 * Where a tag pointed, latest first.
 *
 * @throws RepositoryNotFound
 */
export function tagHistory(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  { tag, limit }: { readonly tag: string; readonly limit: number },
): Promise<TagMove[]> {
  return metadata.read(async (tx) => {
    const { id } = await repositoryIn(tx, registry, repositoryName);
    const rows = await tagHistoryOf(tx, id, tag, { limit });
    return rows.map((row) => ({
      at: new Date(Number(row.at)),
      what: row.what,
      from: row.from_digest ?? undefined,
      to: row.to_digest ?? undefined,
      by: row.principal_arn ?? undefined,
    }));
  });
}
