const DAY_MS = 24 * 60 * 60 * 1000;

/** What a preview found is kept for a day. */
export function previewExpiry(now: Date): Date {
  return new Date(now.getTime() - DAY_MS);
}
