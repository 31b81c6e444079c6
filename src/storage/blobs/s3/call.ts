import { StoreUnavailable } from '../port.ts';
import { storeError } from './store-error.ts';

/** How long one try of a call may take until it is answered, without its bytes. */
const ATTEMPT_MS = 10_000;
/** The slowest that bytes may be sent: 256 KiB a second. */
const BYTES_PER_MS = 256;
/** How long a call may take with all its tries. */
const CALL_MS = 30_000;

interface CallOptions {
  /** What is sent. */
  readonly bytes?: number;
  readonly attemptMs?: number;
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
export async function call<Answer>(
  doing: string,
  send: (options: SendOptions) => Promise<Answer>,
  { bytes = 0, attemptMs = ATTEMPT_MS, signal }: CallOptions = {},
): Promise<Answer> {
  const requestTimeout = attemptMs + Math.ceil(bytes / BYTES_PER_MS);
  const abort = new AbortController();
  const stop = () => abort.abort(signal?.reason);
  let isOutOfTime = false;
  const timer = setTimeout(
    () => {
      isOutOfTime = true;
      abort.abort();
    },
    Math.max(CALL_MS, 2 * requestTimeout),
  );
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
}
