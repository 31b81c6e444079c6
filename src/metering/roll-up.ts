import { leased } from '../jobs/lease.ts';
import { addStorage, addUsage, removeBatches, takeOldStorage, takeOldUsage } from '../storage/metadata/metered.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { UsageKind } from '../values/price-book.ts';
import type { World } from '../world.ts';
import { floorTo, type Unit } from './plan.ts';
import { storageRows, stretchOfRow } from './storage-rows.ts';
import { usageRows } from './usage-rows.ts';

const DAY = 24 * 3_600_000;
const AT_ONCE = 500;
/** A process that has not written its journal down by then is not going to. */
const BATCHES_KEPT_DAYS = 30;

/** What becomes of rows that are older: hours of days, days of months, and months of nothing. */
const STEPS: readonly { readonly from: Unit; readonly to: Unit | undefined; readonly afterDays: number }[] = [
  { from: 'hour', to: 'day', afterDays: 35 },
  { from: 'day', to: 'month', afterDays: 13 * 31 },
  { from: 'month', to: undefined, afterDays: 38 * 31 },
];

/**
 * Keeps what was metered small: hours for 35 days, days for 13 months, months for 38. Sums stay what they are. Answers how
 * many rows were rolled up.
 */
export async function rollUp(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  hold: (tx: Writing) => Promise<void> = async () => undefined,
  signal?: AbortSignal,
): Promise<number> {
  const now = clock.now().getTime();
  let rolled = 0;
  for (const { from, to, afterDays } of STEPS) {
    const before = floorTo(to ?? 'month', now - afterDays * DAY);
    for (let some = 1; some > 0 && signal?.aborted !== true; rolled += some) {
      some = await metadata.write(
        async (tx) => {
          await hold(tx);
          return rollSome(tx, { unit: from, before, limit: AT_ONCE }, to);
        },
        { isBulk: true },
      );
    }
  }
  await metadata.write(
    async (tx) => {
      await hold(tx);
      await removeBatches(tx, now - BATCHES_KEPT_DAYS * DAY);
    },
    { isBulk: true },
  );
  return rolled;
}

/** The same, unless another process is at it. */
export async function rollUpAlone(world: World, signal: AbortSignal): Promise<void> {
  await leased(world, { name: 'roll-up-usage', signal }, (lease) =>
    rollUp(world, (tx) => lease.hold(tx), lease.signal),
  );
}

async function rollSome(
  tx: Writing,
  old: { readonly unit: Unit; readonly before: number; readonly limit: number },
  to: Unit | undefined,
): Promise<number> {
  const storage = await takeOldStorage(tx, old);
  const usage = await takeOldUsage(tx, old);
  if (to !== undefined) {
    const stored = storageRows(to);
    // Written by the meter alone.
    for (const row of storage) stored.add({ ...row, kind: row.kind as UsageKind }, stretchOfRow(row));
    await addStorage(tx, stored.rows());
    const used = usageRows(to);
    for (const row of usage) used.add({ ...row, node: '' }, { at: row.starts_at, quantity: row.quantity });
    await addUsage(tx, used.rows());
  }
  return storage.length + usage.length;
}
