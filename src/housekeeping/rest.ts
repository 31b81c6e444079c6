import { setTimeout as delay } from 'node:timers/promises';
import { busyMs } from '../foreground.ts';

/** For so many times as long as it worked does somebody rest beside requests that never cease, unless he says. */
const PATIENCE = 0.5;
/** And beside none that are known: another process may be serving some. */
const LEAST = 0.05;

/** For work that can wait: rests between pieces of it, by the requests that there are beside it. */
export class BesideRequests {
  #lookedAt = performance.now();
  #busyBefore = busyMs();
  readonly #patience: number;

  constructor(patience = PATIENCE) {
    this.#patience = patience;
  }

  /**
   * To be called between pieces with what the last one took: rests the longer the more of the time since the rest before
   * there were requests in flight. A signal ends it.
   */
  async rest(workedMs: number, signal?: AbortSignal): Promise<void> {
    const [now, busy] = [performance.now(), busyMs()];
    const share = now > this.#lookedAt ? (busy - this.#busyBefore) / (now - this.#lookedAt) : 0;
    [this.#lookedAt, this.#busyBefore] = [now, busy];
    const restMs = workedMs * Math.max(LEAST, this.#patience * share);
    await delay(restMs, undefined, signal && { signal }).catch(() => undefined);
  }
}
