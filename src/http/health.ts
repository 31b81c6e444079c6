import type { Door } from './door.ts';

/** What /readyz answers for. */
export interface Health {
  readonly door: Door;
  /** From now on not ready, for good: the program ends. */
  drain(): void;
}

const KEPT_MS = 1000;
const PATIENCE_MS = 5000;

/**
 * GET /healthz: the process answers. GET /readyz: `probe` resolves, asked at most once a second however often
 * clients come, and nobody has said `drain`.
 */
export function health(probe: () => Promise<void>): Health {
  let isDraining = false;
  let kept: { outcome: Promise<string>; until: number } | undefined;

  function outcome(): Promise<string> {
    if (isDraining) return Promise.resolve('draining');
    if (kept === undefined || kept.until <= performance.now()) {
      kept = { outcome: probed(probe), until: performance.now() + KEPT_MS };
    }
    return kept.outcome;
  }

  return {
    drain() {
      isDraining = true;
    },
    async door({ request, response }) {
      const state = request.url?.startsWith('/healthz') ? 'alive' : await outcome();
      const isGood = state === 'alive' || state === 'ready';
      response.writeHead(isGood ? 200 : 503, {
        'Content-Type': 'text/plain; charset=utf-8',
        'Cache-Control': 'no-store',
      });
      response.end(`${state}\n`);
    },
  };
}

/** `ready`, or why not. What a store says about itself is for the log, not for every caller. */
async function probed(probe: () => Promise<void>): Promise<string> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(() => resolve('storage does not answer'), PATIENCE_MS);
  const found = probe().then(
    () => 'ready',
    () => 'storage fails',
  );
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
}
