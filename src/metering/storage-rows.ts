import type { MeteredStorageRow } from '../storage/metadata/metering-tables.ts';
import type { UsageKind } from '../values/price-book.ts';
import { joined, split } from './amount.ts';
import { alignedTo, type Stretch, type Unit } from './plan.ts';

type Whose = Pick<MeteredStorageRow, 'account' | 'region' | 'repository_name'> & { readonly kind: UsageKind };

/** Rows of storage in the making: what is counted of one thing in one time is one row. */
export interface StorageRows {
  add(whose: Whose, stretch: Stretch | undefined): void;
  rows(): MeteredStorageRow[];
}

/** Gathers stretches as rows in `unit`. */
export function storageRows(unit: Unit): StorageRows {
  const gathered = new Map<string, { readonly whose: Whose; readonly stretch: Stretch }>();
  return {
    add({ account, region, repository_name, kind }, stretch) {
      for (const piece of stretch === undefined ? [] : alignedTo(unit, stretch)) {
        const key = JSON.stringify([account, region, repository_name, kind, piece.startsAt, piece.endsAt]);
        const before = gathered.get(key)?.stretch.byteMs ?? 0n;
        const whose = { account, region, repository_name, kind };
        gathered.set(key, { whose, stretch: { ...piece, byteMs: before + piece.byteMs } });
      }
    },
    rows: () =>
      Array.from(gathered.values(), ({ whose, stretch: { startsAt, endsAt, byteMs } }) => ({
        ...whose,
        starts_at: startsAt,
        ends_at: endsAt,
        unit,
        ...split(byteMs),
      })),
  };
}

export function stretchOfRow(row: MeteredStorageRow): Stretch {
  return { startsAt: row.starts_at, endsAt: row.ends_at, byteMs: joined(row) };
}
