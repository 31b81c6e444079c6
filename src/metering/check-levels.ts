import { changesOf } from '../storage/metadata/changes.ts';
import type { Reading } from '../storage/metadata/port.ts';
import { levelsOf, orphanedLevelsAfter } from '../storage/metadata/storage-levels.ts';
import { type StoredBytes, storedBytesAfter } from '../storage/metadata/stored-parts.ts';
import type { Change, StorageClass } from '../values/change.ts';
import type { World } from '../world.ts';
import { takeIn } from './evaluate.ts';
import { partsTouchedBy } from './stored.ts';

export interface WrongLevel {
  readonly repositoryId: string;
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** By the meter, with the changes that it is still to take in. */
  readonly metered: Readonly<Record<StorageClass, number>>;
  /** By the images and layers that are there. */
  readonly stored: Readonly<Record<StorageClass, number>>;
}

export interface LevelsPage {
  readonly checked: number;
  readonly wrong: readonly WrongLevel[];
}

/**
 * Compares the meter with what is stored, counted another way: repository by repository, each at one moment, and with the
 * changes that the meter has not come to yet. Levels of repositories that are gone are wrong, too.
 */
export async function* checkedPages(
  { metadata }: Pick<World, 'metadata'>,
  limit: number,
): AsyncGenerator<LevelsPage, void> {
  for (let after = ''; ; ) {
    const { stored, ...page } = await metadata.read(async (tx) => {
      const some = await storedBytesAfter(tx, after, limit);
      return { stored: some, checked: some.length, wrong: await wrongOf(tx, some) };
    });
    yield page;
    const last = stored.at(-1);
    if (last === undefined || stored.length < limit) break;
    after = last.repository_id;
  }
  for (let after = ''; ; ) {
    const { orphans, ...page } = await metadata.read(async (tx) => {
      const rows = await orphanedLevelsAfter(tx, after, limit);
      const none = Map.groupBy(rows, (it) => it.repository_id);
      const some = Array.from(none, ([repository_id, [first]]) => ({
        repository_id,
        account: first?.account ?? '',
        region: first?.region ?? '',
        name: first?.repository_name ?? '',
        standard: 0,
        archive: 0,
      }));
      return { orphans: rows, checked: 0, wrong: await wrongOf(tx, some) };
    });
    yield page;
    const last = orphans.at(-1);
    if (last === undefined || orphans.length < limit) return;
    after = last.repository_id;
  }
}

async function wrongOf(tx: Reading, some: readonly StoredBytes[]): Promise<WrongLevel[]> {
  const ids = some.map((it) => it.repository_id);
  const levels = Map.groupBy(await levelsOf(tx, ids), (it) => it.repository_id);
  const pending = Map.groupBy(await changesOf(tx, ids), (it) => it.repository.id);
  const wrong: WrongLevel[] = [];
  for (const { repository_id: repositoryId, account, region, name, standard, archive } of some) {
    const metered = { STANDARD: 0, ARCHIVE: 0 };
    for (const { storage_class, bytes } of levels.get(repositoryId) ?? []) metered[storage_class] += bytes;
    await takePending(tx, metered, pending.get(repositoryId) ?? []);
    if (metered.STANDARD === standard && metered.ARCHIVE === archive) continue;
    const stored = { STANDARD: standard, ARCHIVE: archive };
    wrong.push({ repositoryId, account, region, name, metered, stored });
  }
  return wrong;
}

/** Moves the level by what is still in the outbox, as the meter is going to. */
async function takePending(
  tx: Reading,
  metered: Record<StorageClass, number>,
  changes: readonly Change[],
): Promise<void> {
  const [first] = changes;
  if (first === undefined) return;
  const parts = await partsTouchedBy(tx, first.repository.id, changes);
  for (const { what, at } of changes) {
    const { delta } = takeIn(parts, what, at.getTime());
    if (what.kind === 'repository-deleted') Object.assign(metered, { STANDARD: 0, ARCHIVE: 0 });
    metered.STANDARD += delta.STANDARD;
    metered.ARCHIVE += delta.ARCHIVE;
  }
}
