import { sql } from 'kysely';
import { DELETED } from '../../values/deleted-name.ts';
import type { RegistryId } from '../../values/registry-id.ts';
import type { TagMutability } from '../../values/tag-mutability.ts';
import { queueObjectsOf } from './candidates.ts';
import { keepCostTags } from './metered.ts';
import type { Reading, Writing } from './port.ts';
import { removeResourcePolicy } from './resource-policies.ts';
import type { RepositoryRow } from './tables.ts';

/** In SQL, since nearly every request asks this: building the query costs more than running it. */
export async function findRepository(
  tx: Reading,
  { account, region }: RegistryId,
  name: string,
): Promise<RepositoryRow | undefined> {
  const { rows } = await sql<RepositoryRow>`
    select * from repositories where account = ${account} and region = ${region} and name = ${name}`.execute(tx);
  return rows[0];
}

/** Not one that was deleted, though it may be had back. */
export function findRepositoryById(tx: Reading, id: string): Promise<RepositoryRow | undefined> {
  return tx.selectFrom('repositories').selectAll().where('id', '=', id).where('name', '<', DELETED).executeTakeFirst();
}

/** Adds the repository; false when the registry has one of this name. */
export async function addRepository(tx: Writing, row: RepositoryRow): Promise<boolean> {
  const result = await tx
    .insertInto('repositories')
    .values(row)
    .onConflict((c) => c.columns(['account', 'region', 'name']).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Up to `limit` repositories whose names come after `after`, in byte order. */
export function repositoriesAfter(
  tx: Reading,
  registry: RegistryId,
  page: { after: string | undefined; limit: number },
): Promise<RepositoryRow[]> {
  return tx
    .selectFrom('repositories')
    .selectAll()
    .where('account', '=', registry.account)
    .where('region', '=', registry.region)
    .where('name', '>', page.after ?? '')
    .where('name', '<', DELETED)
    .orderBy('name')
    .limit(page.limit)
    .execute();
}

export async function countRepositories(tx: Reading, registry: RegistryId): Promise<number> {
  const { count } = await tx
    .selectFrom('repositories')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account', '=', registry.account)
    .where('region', '=', registry.region)
    .where('name', '<', DELETED)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function setTagMutability(tx: Writing, repositoryId: string, setting: TagMutability): Promise<void> {
  await tx
    .updateTable('repositories')
    .set({ tag_mutability: setting.mode, tag_mutability_exclusions: JSON.stringify(setting.exclusions) })
    .where('id', '=', repositoryId)
    .execute();
}

export async function setScanOnPush(tx: Writing, repositoryId: string, scanOnPush: boolean): Promise<void> {
  await tx
    .updateTable('repositories')
    .set({ scan_on_push: scanOnPush ? 1 : 0 })
    .where('id', '=', repositoryId)
    .execute();
}

/** Removes the repository and all that is in it. Its layers' objects stay until they are collected. */
export async function removeRepository(
  tx: Writing,
  { id: repositoryId, name }: { id: string; name: string },
): Promise<void> {
  await queueObjectsOf(tx, repositoryId, `repository ${name} was deleted`);
  // Images first: a layer cannot go while an image refers to it.
  await tx.deleteFrom('images').where('repository_id', '=', repositoryId).execute();
  await tx.deleteFrom('layers').where('repository_id', '=', repositoryId).execute();
  await removeResourcePolicy(tx, 'repository', repositoryId);
  await keepCostTags(tx, repositoryId);
  await tx.deleteFrom('repositories').where('id', '=', repositoryId).execute();
}

export function repositoryTags(tx: Reading, repositoryId: string): Promise<{ key: string; value: string }[]> {
  return tx
    .selectFrom('repository_tags')
    .select(['key', 'value'])
    .where('repository_id', '=', repositoryId)
    .orderBy('key')
    .execute();
}

export async function putRepositoryTag(tx: Writing, repositoryId: string, key: string, value: string): Promise<void> {
  await tx
    .insertInto('repository_tags')
    .values({ repository_id: repositoryId, key, value })
    .onConflict((c) => c.columns(['repository_id', 'key']).doUpdateSet({ value }))
    .execute();
}

export async function removeRepositoryTags(tx: Writing, repositoryId: string, keys: readonly string[]): Promise<void> {
  await tx.deleteFrom('repository_tags').where('repository_id', '=', repositoryId).where('key', 'in', keys).execute();
}
