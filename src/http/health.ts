import type { Door } from './door.ts';

/** What /readyz answers for. */
export interface Health {
  readonly door: Door;
  /** Started: from now on ready as long as `probe` resolves. */
  ready(probe: () => Promise<unknown>): void;
  /** From now on not ready, for good: the program ends. */
  drain(): void;
}

const KEPT_MS = 1000;
const PATIENCE_MS = 5000;

/**
 * GET /healthz: the process answers. GET /readyz: it has started, storage serves (asked at most once a second, however
 * often clients come), and it does not drain.
 */
export function health(): Health {
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
    drain() {
      state = 'draining';
    },
    async door({ request, response }) {
      const said = request.url?.startsWith('/healthz') ? 'alive' : await outcome();
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
