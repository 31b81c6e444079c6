import type { Door } from './door.ts';

/** What /readyz answers for. */
export interface Health {
  readonly door: Door;
  /** Started: from now on ready as long as `probe` resolves. */
  ready(probe: () => Promise<unknown>): void;
  /**
   * From now on not ready, for good: the program ends. Resolves when a balancer that has asked lately has been told and
   * has had time to send its requests elsewhere; at once where nobody asks. Until then requests may still come.
   */
  drain(): Promise<void>;
}

interface Patience {
  /** Whoever asks at least this often is a balancer that acts on the answer. */
  readonly askedEachMs: number;
  /** From the first answer that it drains: balancers ask twice or three times before they believe it. */
  readonly noticedInMs: number;
}

const KEPT_MS = 1000;
const PATIENCE_MS = 5000;

/**
 * GET /healthz: the process answers. GET /readyz: it has started, storage serves (asked at most once a second, however
 * often clients come), and it does not drain.
 */
export function health({ askedEachMs, noticedInMs }: Patience = { askedEachMs: 5000, noticedInMs: 2000 }): Health {
  const told = Promise.withResolvers<void>();
  let askedAt = Number.NEGATIVE_INFINITY;
  let state: 'starting' | 'started' | 'draining' = 'starting';
  let probe: () => Promise<unknown> = () => Promise.resolve();
  let kept: { outcome: Promise<string>; until: number } | undefined;

  function outcome(): Promise<string> {
    if (state !== 'started') return Promise.resolve(state);
    if (kept === undefined || kept.until <= performance.now()) {
      kept = { outcome: probed(probe), until: performance.now() + KEPT_MS };
    }
    return kept.outcome;
  }

  return {
    ready(storage) {
      probe = storage;
      state = 'started';
    },
    async drain() {
      state = 'draining';
      if (performance.now() - askedAt > askedEachMs) return;
      await Promise.race([told.promise, pass(askedEachMs)]);
      await pass(noticedInMs);
    },
    async door({ request, response }) {
      const isAskedWhetherAlive = request.url?.startsWith('/healthz') === true;
      if (!isAskedWhetherAlive) askedAt = performance.now();
      const said = isAskedWhetherAlive ? 'alive' : await outcome();
      if (said === 'draining') told.resolve();
      const isGood = said === 'alive' || said === 'ready';
      response.writeHead(isGood ? 200 : 503, {
        'Content-Type': 'text/plain; charset=utf-8',
        'Cache-Control': 'no-store',
      });
      response.end(`${said}\n`);
    },
  };
}

/** `ready`, or why not. What a store says about itself is for the log, not for every caller. */
async function probed(probe: () => Promise<unknown>): Promise<string> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve('storage does not answer'), PATIENCE_MS);
  const found = probe().then(
    () => 'ready',
    () => 'storage fails',
  );
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
}

function pass(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
