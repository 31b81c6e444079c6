import { StoreUnavailable } from '../port.ts';
import { storeError } from './store-error.ts';

/** How long the store is waited for. */
export interface Patience {
  /** For the answer to one try of a call, besides the time that its bytes take. */
  readonly attemptMs: number;
  /** How many bytes must have been sent in a millisecond, at least. */
  readonly bytesPerMs: number;
  /** For all tries of a call. */
  readonly callMs: number;
  /** For the next byte of an answer. */
  readonly stallMs: number;
}

/** A part of 8 MiB gets twice 42 seconds. */
export const PATIENCE: Patience = { attemptMs: 10_000, bytesPerMs: 256, callMs: 30_000, stallMs: 20_000 };

interface CallOptions {
  /** What is sent. */
  readonly bytes?: number;
  /** How many times as long as usual the store may work at it. */
  readonly effort?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What each try of a command is sent with. */
interface SendOptions {
  readonly abortSignal: AbortSignal;
  readonly requestTimeout: number;
}

/**
 * Makes a call, whose tries the client counts; none can last for ever. `doing` is for the text of an error.
 *
 * @throws StorageFull, StoreUnavailable, Refused
 */
export type Call = <Answer>(
  doing: string,
  send: (options: SendOptions) => Promise<Answer>,
  options?: CallOptions,
) => Promise<Answer>;

export function calling({ attemptMs, bytesPerMs, callMs }: Patience): Call {
  return async (doing, send, { bytes = 0, effort = 1, signal } = {}) => {
    const requestTimeout = Math.ceil(attemptMs * effort + bytes / bytesPerMs);
    const abort = new AbortController();
    const stop = () => abort.abort(signal?.reason);
    let isOutOfTime = false;
    const outOfTime = () => {
      isOutOfTime = true;
      abort.abort();
    };
    const timer = setTimeout(outOfTime, Math.max(callMs, 2 * requestTimeout));
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      return await send({ abortSignal: abort.signal, requestTimeout });
    } catch (error) {
      if (isOutOfTime) throw new StoreUnavailable(`S3 took too long: ${doing}`, { cause: error });
      throw storeError(error, doing);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  };
}
