import type { SigningPlatform } from './platforms.ts';

/** For how long a signature is good: what a profile says of those that it makes. */
export type SignatureValidity = SigningPlatform['validity'];

/** AWS Signer Developer Guide, "Signing profiles": the longest is that of its certificates. */
const LONGEST_MONTHS = 135;

/** When a signature made at `from` ends. Months and years are the calendar's, in UTC; a day that a month lacks is its last. */
export function endOfValidity(from: Date, { value, type }: SignatureValidity): Date {
  const end = new Date(from);
  if (type === 'DAYS') {
    end.setUTCDate(end.getUTCDate() + value);
    return end;
  }
  const day = end.getUTCDate();
  end.setUTCDate(1);
  end.setUTCMonth(end.getUTCMonth() + value * (type === 'YEARS' ? 12 : 1));
  const last = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  end.setUTCDate(Math.min(day, last));
  return end;
}

/** Whether it is at least a day and at most 135 months. */
export function isValidity({ value, type }: SignatureValidity): boolean {
  const most = { DAYS: Math.floor((LONGEST_MONTHS * 365) / 12), MONTHS: LONGEST_MONTHS, YEARS: 11 }[type];
  return Number.isInteger(value) && value >= 1 && value <= most;
}
