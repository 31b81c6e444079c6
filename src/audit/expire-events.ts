import { ageOfRead, removeAuditEvents } from '../storage/metadata/audit.ts';
import type { World } from '../world.ts';

const DAY = 24 * 60 * 60 * 1000;
const AT_ONCE = 500;

/**
 * Takes away the events that can no longer be looked up: those that are older than the rules say, and of those that
 * changed nothing all but the newest. Answers how many went.
 */
export async function expireEvents(
  { metadata, clock, rules }: Pick<World, 'metadata' | 'clock' | 'rules'>,
  signal?: AbortSignal,
): Promise<number> {
  const oldest = clock.now().getTime() - rules.audit.days * DAY;
  const oldestRead = await metadata.read((tx) => ageOfRead(tx, rules.audit.reads));
  let removed = 0;
  for (const readOnly of [true, false]) {
    const before = readOnly ? Math.max(oldest, oldestRead ?? 0) : oldest;
    for (let some = AT_ONCE; some === AT_ONCE && signal?.aborted !== true; removed += some) {
      some = await metadata.write((tx) => removeAuditEvents(tx, { readOnly, before, limit: AT_ONCE }), {
        isBulk: true,
      });
    }
  }
  return removed;
}
