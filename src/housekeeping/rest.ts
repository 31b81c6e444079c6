import { setTimeout as delay } from 'node:timers/promises';
import { busyMs } from '../foreground.ts';

/** So many times as long as it worked does somebody rest beside requests that never cease. */
const PATIENCE = 3;
/** And beside none that are known: another process may be serving some. */
const LEAST = 0.05;

/**
 * For work that can wait, to be called between pieces of it with what the last one took: rests the longer the more of the
 * time since the rest before there were requests in flight. A signal ends it.
 */
export function restingBesideRequests(): (workedMs: number, signal?: AbortSignal) => Promise<void> {
  let [lookedAt, busyBefore] = [performance.now(), busyMs()];
  return async (workedMs, signal) => {
    const [now, busy] = [performance.now(), busyMs()];
    const share = now > lookedAt ? (busy - busyBefore) / (now - lookedAt) : 0;
    [lookedAt, busyBefore] = [now, busy];
    await delay(workedMs * Math.max(LEAST, PATIENCE * share), undefined, signal && { signal }).catch(() => undefined);
  };
}
