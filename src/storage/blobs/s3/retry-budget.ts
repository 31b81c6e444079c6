import type { S3ClientConfig } from '@aws-sdk/client-s3';

type Strategy = Extract<NonNullable<S3ClientConfig['retryStrategy']>, { acquireInitialRetryToken: unknown }>;
type Token = Awaited<ReturnType<Strategy['acquireInitialRetryToken']>>;

const ATTEMPTS = 8;
/** Of what blames the request: if it is not bettered at once it was right. */
const BLAMED_ATTEMPTS = 3;
const DELAY_MS = 50;
const THROTTLED_DELAY_MS = 400;
const LONGEST_DELAY_MS = 5_000;
const BUDGET = 1_000;

/** Answers that another try may better although they blame the request: bytes that arrived damaged, a lost race. */
const WORTH_ANOTHER_TRY = new Set([
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'IncompleteBody',
  'ConditionalRequestConflict',
  'OperationAborted',
]);

/**
 * Tries again for about five seconds, which outlasts the restart of a gateway. All calls together have one budget,
 * refilled by calls that succeed: a store that is down for good is not asked eight times by everybody for ever. The
 * SDK's own budget is spent by thirty-five failures, which is five pushes during a restart.
 */
export function retryBudget(): Strategy {
  let left = BUDGET;
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    async refreshRetryTokenForRetry(before, info) {
      const tried = before.getRetryCount() + 1;
      const isBlamed = WORTH_ANOTHER_TRY.has(info.error instanceof Error ? info.error.name : '');
      const mayHelp = isBlamed || info.errorType === 'TRANSIENT' || info.errorType === 'THROTTLING';
      const most = isBlamed ? BLAMED_ATTEMPTS : ATTEMPTS;
      if (!mayHelp || tried >= most || left <= 0) throw new Error('no further try');
      left -= 1;
      return token(tried, delayBefore(tried, info.errorType === 'THROTTLING' ? THROTTLED_DELAY_MS : DELAY_MS));
    },
    recordSuccess() {
      left = Math.min(BUDGET, left + 1);
    },
  };
}

function token(count: number, delay: number): Token {
  return { getRetryCount: () => count, getRetryDelay: () => delay };
}

/** Doubles from try to try; spread, so that those who failed together do not come back together. */
function delayBefore(retry: number, base: number): number {
  const [spread = 0] = crypto.getRandomValues(new Uint16Array(1));
  return Math.min(LONGEST_DELAY_MS, base * 2 ** (retry - 1)) * (0.5 + spread / 0xffff / 2);
}
