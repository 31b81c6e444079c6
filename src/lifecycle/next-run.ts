const MINUTE_MS = 60_000;
const LEAST_MINUTES = 50;
const SPREAD_MINUTES = 8;

/**
 * When the policy of a repository is run again: within an hour, each at a minute of its own, so that those that were put
 * at once are not run at once for ever.
 */
export function nextRun(repositoryId: string, now: Date): Date {
  const spread = Number.parseInt(repositoryId.replaceAll('-', '').slice(-8), 16) % (SPREAD_MINUTES * MINUTE_MS);
  return new Date(now.getTime() + LEAST_MINUTES * MINUTE_MS + (Number.isNaN(spread) ? 0 : spread));
}
