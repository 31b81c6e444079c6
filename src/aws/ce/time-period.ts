import { floorTo, next, type Unit } from '../../metering/plan.ts';
import type { DateInterval } from '../model/ce.ts';
import { ValidationFailed } from './refusals.ts';

export type Granularity = 'DAILY' | 'MONTHLY' | 'HOURLY';

const DAY = 24 * 3_600_000;

/** How far back each granularity goes: what is older is kept in days, then in months. */
const KEPT_MS: Readonly<Record<Granularity, number>> = { HOURLY: 14 * DAY, DAILY: 396 * DAY, MONTHLY: 38 * 31 * DAY };

export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Parses the period, and asks that there are data in the granularity. @throws ValidationFailed */
export function periodOf({ Start, End }: DateInterval, granularity: Granularity, now: Date): Period {
  const period = spanOf({ Start, End }, granularity === 'HOURLY');
  if (period.from < now.getTime() - KEPT_MS[granularity]) {
    throw ValidationFailed({
      why: `Start date ${Start} is too far back: there are ${KEPT_MS[granularity] / DAY} days of ${granularity} data.`,
    });
  }
  return period;
}

/** @throws ValidationFailed */
export function spanOf({ Start, End }: DateInterval, isHourly = false): Period {
  const [from, to] = [Start, End].map((it) => timeOf(it, isHourly));
  if (from === undefined || to === undefined || from >= to) {
    throw ValidationFailed({ why: 'Start date (and hour) should be before end date (and hour)' });
  }
  return { from, to };
}

/** A day, or with hours a whole hour. */
function timeOf(text: string, isHourly: boolean): number {
  const hasHour = text.includes('T');
  const at = Date.parse(hasHour ? text : `${text}T00:00:00Z`);
  const isWhole = !Number.isNaN(at) && new Date(at).toISOString().startsWith(text.slice(0, 10));
  if (!isWhole || (hasHour && !isHourly)) {
    const form = isHourly ? 'yyyy-MM-ddThh:mm:ssZ' : 'yyyy-MM-dd';
    throw ValidationFailed({ why: `Date ${text} is not a valid date in the form ${form}.` });
  }
  return floorTo(isHourly ? 'hour' : 'day', at);
}

const UNITS: Readonly<Record<Granularity, Unit>> = { HOURLY: 'hour', DAILY: 'day', MONTHLY: 'month' };

/** The stretches of the period, in order: the first and last month may be parts of one. */
export function stretchesOf({ from, to }: Period, granularity: Granularity): Period[] {
  const unit = UNITS[granularity];
  const stretches: Period[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, next(unit, floorTo(unit, start)));
    stretches.push({ from: start, to: end });
    start = end;
  }
  return stretches;
}

/** In what the period is read: parts of months in days. */
export function unitOf({ from, to }: Period, granularity: Granularity): Unit {
  const isWhole = floorTo('month', from) === from && floorTo('month', to) === to;
  return granularity === 'MONTHLY' && !isWhole ? 'day' : UNITS[granularity];
}

export function intervalOf({ from, to }: Period, granularity: Granularity): DateInterval {
  const text = (at: number) => {
    const iso = new Date(at).toISOString();
    return granularity === 'HOURLY' ? `${iso.slice(0, 19)}Z` : iso.slice(0, 10);
  };
  return { Start: text(from), End: text(to) };
}
