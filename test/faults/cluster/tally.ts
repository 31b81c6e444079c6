import { NoAnswer, Unserved } from './registry-client.ts';

/** What clients ask for, by the sort of thing. */
export const KINDS = ['push', 'pull', 'tag', 'delete', 'api'] as const;
export type Kind = (typeof KINDS)[number];

/** How requests of one sort went. */
export interface Count {
  served: number;
  /** Those that clients saw fail, by what they saw: `503`, `no answer in time`, `ECONNRESET`. */
  readonly failed: Map<string, number>;
  /** The longest that one took which was served. */
  slowestMs: number;
}

export interface Tally {
  readonly counts: ReadonlyMap<Kind, Count>;
  /** Counts from nothing again. */
  reset(): void;
  /** Runs it and counts how it went; answers undefined when the registry did not serve. Anything else is thrown. */
  run<T>(kind: Kind, work: () => Promise<T>): Promise<T | undefined>;
}

export function tally(): Tally {
  const counts = new Map<Kind, Count>();
  return {
    counts,
    reset: () => counts.clear(),
    async run(kind, work) {
      const count = counts.get(kind) ?? { served: 0, failed: new Map(), slowestMs: 0 };
      counts.set(kind, count);
      const startedAt = performance.now();
      try {
        const result = await work();
        count.served += 1;
        count.slowestMs = Math.max(count.slowestMs, performance.now() - startedAt);
        return result;
      } catch (error) {
        const seen = seenIn(error);
        if (seen === undefined) throw error;
        count.failed.set(seen, (count.failed.get(seen) ?? 0) + 1);
        return undefined;
      }
    },
  };
}

/** The balancer answers 503 by itself, since no node is ready. */
const NO_NODE = '503, no node ready';

/** What the client saw of a failure that is no fault of the test; undefined for any other error. */
export function seenIn(error: unknown): string | undefined {
  if (error instanceof Unserved) return error.isOfBalancer ? NO_NODE : `${error.status}`;
  if (error instanceof NoAnswer) return error.message.split(': ').at(-1);
  // The AWS SDK's: an answer of the service, or of the network.
  if (!(error instanceof Error)) return undefined;
  // Whoever asked has given up.
  if (error.name === 'AbortError') return 'no answer in time';
  if ('$metadata' in error) {
    const { httpStatusCode } = error.$metadata as { httpStatusCode?: number };
    // The page of a balancer is no answer of the service: the SDK fails to read it.
    if (httpStatusCode === 503 && error.name === 'SyntaxError') return NO_NODE;
    if (httpStatusCode !== undefined) return `${httpStatusCode} ${error.name}`;
    return codeOf(error) ?? error.name;
  }
  return codeOf(error);
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
