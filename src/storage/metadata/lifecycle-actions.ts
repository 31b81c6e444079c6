import { chunks } from './chunks.ts';
import { insertionOf } from './compiled-once.ts';
import type { LifecycleActionRow } from './lifecycle-tables.ts';
import type { Reading, Writing } from './port.ts';
import { runUnawaited } from './unawaited.ts';

/** Enters what is done in this transaction. */
export async function addLifecycleActions(tx: Writing, rows: readonly LifecycleActionRow[]): Promise<void> {
  for (const some of chunks(rows, 50)) await runUnawaited(tx, insertionOf(tx, 'lifecycle_actions', some));
}

/** What was done to images of the repository, newest first. */
export function lifecycleActionsOf(tx: Reading, repositoryId: string, limit: number): Promise<LifecycleActionRow[]> {
  return tx
    .selectFrom('lifecycle_actions')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/**
 * What was done to images with this digest in any repository that is still there, newest first. An embedded database reads
 * through what was done to all images: nothing is worth what an index by digest would cost each of them.
 */
export function lifecycleActionsOn(
  tx: Reading,
  digest: string,
  limit: number,
): Promise<(LifecycleActionRow & { name: string; account: string; region: string })[]> {
  return tx
    .selectFrom('lifecycle_actions')
    .innerJoin('repositories', 'repositories.id', 'lifecycle_actions.repository_id')
    .selectAll('lifecycle_actions')
    .select(['repositories.name', 'repositories.account', 'repositories.region'])
    .where('lifecycle_actions.digest', '=', digest)
    .orderBy('lifecycle_actions.at', 'desc')
    .limit(limit)
    .execute();
}

/** Removes up to `limit` entries that are older than `before`; answers how many. */
export async function removeLifecycleActions(tx: Writing, before: Date, limit: number): Promise<number> {
  const rows = await tx
    .selectFrom('lifecycle_actions')
    .select(['repository_id', 'at', 'id'])
    .where('at', '<', before.getTime())
    .orderBy('at')
    .limit(limit)
    .execute();
  for (const some of chunks(rows, 50)) {
    await tx
      .deleteFrom('lifecycle_actions')
      .where((e) =>
        e.or(
          some.map((it) =>
            e.and([e('repository_id', '=', it.repository_id), e('at', '=', it.at), e('id', '=', it.id)]),
          ),
        ),
      )
      .execute();
  }
  return rows.length;
}
