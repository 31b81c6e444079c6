import { StorageFull, StoreUnavailable } from '../port.ts';

const FULL = new Set([
  'QuotaExceeded',
  'BucketQuotaExceeded',
  'InsufficientStorage',
  'InsufficientCapacity',
  'XMinioStorageFull',
  'XMinioAdminBucketQuotaExceeded',
]);
/** Answers that mean that the store, or what it was told of us, has to be mended; nobody's request is wrong. */
const NOT_SERVED = new Set(['NoSuchBucket', 'SlowDown', 'RequestTimeout', 'RequestTimeTooSkewed', 'ExpiredToken']);

/** The store understood, and said no: there is no such object, or something is where nothing should be. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** The store's own code, such as `NoSuchKey`. */
  readonly code: string;
  readonly status: number;

  constructor(message: string, { code, status, cause }: { code: string; status: number; cause: unknown }) {
    super(message, { cause });
    this.code = code;
    this.status = status;
  }
}

/** Whether the store refused with that code or status. */
export function isRefusal(error: unknown, which: string | number): error is Refused {
  return error instanceof Refused && (error.code === which || error.status === which);
}

/** The store's own code, or the kind of the error. Its message is of no use: some stores send none. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Of the answer; undefined when there was none. */
function statusOf(error: unknown): number | undefined {
  if (
    !(error instanceof Error) ||
    !('$metadata' in error) ||
    typeof error.$metadata !== 'object' ||
    error.$metadata === null
  )
    return undefined;
  const { $metadata } = error;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : undefined;
}

/**
 * The error as the port knows it: `StorageFull`, `StoreUnavailable` for everything that a later try or a mended
 * setting can better, `Refused` for the rest.
 */
export function storeError(error: unknown, doing: string): Error {
  const code = codeOf(error);
  const status = statusOf(error);
  const answer = status === undefined ? code : `${code}, status ${status}`;
  if (FULL.has(code) || status === 507) {
    return new StorageFull(`S3 has no room for more: ${doing} (${answer})`, { cause: error });
  }
  // Without an answer the fault is on the way: a name, a connection, a certificate, or credentials nobody has.
  if (status === undefined || (status >= 500 && status !== 501) || status === 429 || NOT_SERVED.has(code)) {
    return new StoreUnavailable(`S3 did not serve: ${doing} (${answer})`, { cause: error });
  }
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) {
    const text = `S3 refused: ${doing} (${answer}). berth doctor tells what is missing.`;
    return new StoreUnavailable(text, { cause: error });
  }
  return new Refused(`S3 refused: ${doing} (${answer})`, { code, status, cause: error });
}
