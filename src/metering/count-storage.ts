import type { ChangeConsumer } from '../changes/consumer.ts';
import { addStorage, addUsage } from '../storage/metadata/metered.ts';
import type { MeteredUsageRow, StorageLevelRow } from '../storage/metadata/metering-tables.ts';
import type { Writing } from '../storage/metadata/port.ts';
import { levelsOf, putLevel } from '../storage/metadata/storage-levels.ts';
import { putParts, removePartsOf } from '../storage/metadata/stored-parts.ts';
import type { Change, StorageClass } from '../values/change.ts';
import type { UsageKind } from '../values/price-book.ts';
import { type Effect, takeIn } from './evaluate.ts';
import { advance, floorTo, next } from './plan.ts';
import { type StorageRows, storageRows } from './storage-rows.ts';
import { partsTouchedBy, rowOf } from './stored.ts';
import { type UsageRows, usageRows } from './usage-rows.ts';

export const KIND_OF_CLASS: Readonly<Record<StorageClass, UsageKind>> = {
  STANDARD: 'storage',
  ARCHIVE: 'archive-storage',
};

const CLASSES = ['STANDARD', 'ARCHIVE'] as const;

/**
 * The meter of storage. It counts what ECR does: each manifest, layer and config once per repository, in the archive when
 * only archived images need it, by the time that it is there. A change moves a level; what the level came to until then
 * is added to the hours that it lasted.
 */
export const countStorage: ChangeConsumer = {
  name: 'metering',
  async consume(tx, changes) {
    const counted: Counted = { storage: storageRows('hour'), usage: usageRows('hour') };
    const repositories = Map.groupBy(changes.filter(isCounted), (it) => it.repository.id);
    const levels = Map.groupBy(await levelsOf(tx, [...repositories.keys()]), (it) => it.repository_id);
    for (const [id, own] of repositories) await countOne(tx, own, levels.get(id) ?? [], counted);
    await addStorage(tx, counted.storage.rows());
    await addUsage(tx, counted.usage.rows());
  },
};

interface Counted {
  readonly storage: StorageRows;
  readonly usage: UsageRows;
}

function isCounted({ what }: Change): boolean {
  if (what.kind === 'image-pushed') return what.parts !== undefined;
  return ['image-deleted', 'storage-class-changed', 'repository-deleted'].includes(what.kind);
}

/** Takes the changes of one repository in. */
async function countOne(
  tx: Writing,
  changes: readonly Change[],
  rows: readonly StorageLevelRow[],
  { storage, usage }: Counted,
): Promise<void> {
  const [first] = changes;
  if (first === undefined) return;
  const { registry, repository } = first;
  const whose = { ...registry, repository_name: repository.name };
  const parts = await partsTouchedBy(tx, repository.id, changes);
  const levels = new Map(rows.map((it) => [it.storage_class, it]));
  const before = new Map(levels);

  for (const { what, at: date } of changes) {
    const at = date.getTime();
    const isDeleted = what.kind === 'repository-deleted';
    const effect = takeIn(parts, what, at);
    for (const storage_class of CLASSES) {
      const level = levels.get(storage_class) ?? { bytes: 0, since: at };
      const delta = isDeleted ? -level.bytes : effect.delta[storage_class];
      if (delta === 0) continue;
      const after = advance(level, { at, delta });
      storage.add({ ...whose, kind: KIND_OF_CLASS[storage_class] }, after.counted);
      levels.set(storage_class, { repository_id: repository.id, storage_class, ...whose, ...after.level });
    }
    noteArchive({ storage, usage }, whose, { effect, at });
    if (isDeleted) await removePartsOf(tx, repository.id);
  }

  await putParts(
    tx,
    Array.from(parts.values(), (it) => rowOf(repository.id, it)),
  );
  for (const [storageClass, level] of levels) {
    if (level !== before.get(storageClass)) await putLevel(tx, level);
  }
}

/** What an archive costs besides: what was to stay for longer, and what came back. */
function noteArchive(
  { storage, usage }: Counted,
  whose: Pick<MeteredUsageRow, 'account' | 'region' | 'repository_name'>,
  { effect, at }: { readonly effect: Effect; readonly at: number },
): void {
  if (effect.cutShort > 0n) {
    const startsAt = floorTo('hour', at);
    const endsAt = next('hour', startsAt);
    storage.add({ ...whose, kind: 'archive-early-delete' }, { startsAt, endsAt, byteMs: effect.cutShort });
  }
  if (effect.retrieved > 0) {
    const retrieved = { kind: 'archive-retrieval', operation: 'UpdateImageStorageClass', node: '' };
    usage.add({ ...whose, ...retrieved }, { at, quantity: effect.retrieved });
  }
}
