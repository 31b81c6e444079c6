import { storageAfter, usageAfter } from '../storage/metadata/metered.ts';
import type { MeteredUsageRow } from '../storage/metadata/metering-tables.ts';
import type { Reading } from '../storage/metadata/port.ts';
import { levelsAfter } from '../storage/metadata/storage-levels.ts';
import type { UsageKind } from '../values/price-book.ts';
import type { World } from '../world.ts';
import { KIND_OF_CLASS } from './count-storage.ts';
import { alignedTo, floorTo, next, type Stretch, stretchOf, type Unit, unitsOf } from './plan.ts';
import { stretchOfRow } from './storage-rows.ts';

/** What was used of one thing in one unit of time. */
export interface Usage {
  readonly account: string;
  readonly region: string;
  /** Empty for what concerns no repository. */
  readonly repositoryName: string;
  readonly kind: UsageKind;
  /** The operation that did it; empty of storage. */
  readonly operation: string;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Of storage bytes times milliseconds, of transfer and retrieval bytes, else a number. */
  readonly quantity: bigint;
}

export interface UsageQuery {
  /** Of all accounts when not said. */
  readonly account?: string | undefined;
  readonly from: number;
  readonly to: number;
  readonly unit: Unit;
}

const PAGE = 2_000;

/**
 * What was used from `from` until `to`, which begin and end with units, by account, region, repository, kind, operation
 * and unit. All of one moment: what was counted, and what is stored now, up to now.
 */
export function readUsage(world: Pick<World, 'metadata' | 'clock'>, query: UsageQuery): Promise<Usage[]> {
  const now = world.clock.now().getTime();
  return world.metadata.read(async (tx) => {
    const found = new Map<string, Usage>();
    const add = (usage: Usage) => {
      const { account, region, repositoryName, kind, operation, startsAt, quantity } = usage;
      if (quantity === 0n) return;
      const key = JSON.stringify([account, region, repositoryName, kind, operation, startsAt]);
      const before = found.get(key)?.quantity ?? 0n;
      found.set(key, { ...usage, quantity: before + quantity });
    };
    await addCounted(tx, query, add);
    await addOpen(tx, query, { now, add });
    await addOthers(tx, query, add);
    return [...found.values()];
  });
}

type Add = (usage: Usage) => void;
type Whose = Pick<MeteredUsageRow, 'account' | 'region' | 'repository_name'> & { readonly kind: string };

/** Storage that was counted when its level changed. */
async function addCounted(tx: Reading, query: UsageQuery, add: Add): Promise<void> {
  for (let after: Awaited<ReturnType<typeof storageAfter>>[number] | undefined; ; ) {
    const rows = await storageAfter(tx, query, { after, limit: PAGE });
    for (const row of rows) addStretch(stretchOfRow(row), row, { query, add });
    after = rows.at(-1);
    if (after === undefined || rows.length < PAGE) return;
  }
}

/** Storage since the last change of its level. */
async function addOpen(
  tx: Reading,
  query: UsageQuery,
  { now, add }: { readonly now: number; readonly add: Add },
): Promise<void> {
  for (let after = { repository_id: '', storage_class: 'ARCHIVE' as 'ARCHIVE' | 'STANDARD' }; ; ) {
    const rows = await levelsAfter(tx, after, { account: query.account, limit: PAGE });
    for (const row of rows) {
      const open = stretchOf({ from: row.since, to: now, bytes: row.bytes });
      const hours = open === undefined ? [] : alignedTo('hour', open);
      const kind = KIND_OF_CLASS[row.storage_class];
      for (const it of hours) addStretch(it, { ...row, kind }, { query, add });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}

function addStretch(
  stretch: Stretch,
  { account, region, repository_name, kind }: Whose,
  { query, add }: { readonly query: UsageQuery; readonly add: Add },
): void {
  for (const { startsAt, endsAt, byteMs } of unitsOf(query.unit, stretch, query)) {
    add({
      account,
      region,
      repositoryName: repository_name,
      // Written by the meter alone.
      kind: kind as UsageKind,
      operation: '',
      startsAt,
      endsAt,
      quantity: byteMs,
    });
  }
}

/** What is counted as it happens. */
async function addOthers(tx: Reading, query: UsageQuery, add: Add): Promise<void> {
  for (let after: MeteredUsageRow | undefined; ; ) {
    const rows = await usageAfter(tx, query, { after, limit: PAGE });
    for (const { account, region, repository_name, kind, operation, starts_at, quantity } of rows) {
      const startsAt = floorTo(query.unit, starts_at);
      add({
        account,
        region,
        repositoryName: repository_name,
        kind: kind as UsageKind,
        operation,
        startsAt,
        endsAt: next(query.unit, startsAt),
        quantity: BigInt(quantity),
      });
    }
    after = rows.at(-1);
    if (after === undefined || rows.length < PAGE) return;
  }
}
