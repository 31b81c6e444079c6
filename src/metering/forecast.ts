import { agesOf, type Billing } from './bill.ts';
import { type Charge, chargesOf, isStorage } from './charges.ts';
import { floorTo, next } from './plan.ts';
import { readUsage, type Usage } from './read-usage.ts';

const DAY = 24 * 3_600_000;
/** What is not storage goes on as in the week before. */
const LOOKED_BACK_DAYS = 7;

/**
 * What each day from `from` until `to` is going to cost an account, if it stores as much as now, and everything else goes
 * on as on the days of the week before. The rates are those of its months as they will be then. Undefined when the
 * account has used nothing.
 */
export async function forecastOf(
  world: Billing,
  { account, from, to }: { readonly account: string; readonly from: number; readonly to: number },
): Promise<Charge[] | undefined> {
  await world.meter.flush();
  const now = world.clock.now().getTime();
  const today = floorTo('day', now);
  const daily = await usualDay(world, account, now);
  if (daily.length === 0) return undefined;

  const accountMonths = await agesOf(world);
  const charges: Charge[] = [];
  for (let month = floorTo('month', from); month < to; month = next('month', month)) {
    const whole = { from: month, to: next('month', month) };
    const days: Usage[] = [];
    for (let day = Math.max(whole.from, today); day < whole.to; day += DAY) {
      days.push(...daily.map((it) => ({ ...it, startsAt: day, endsAt: day + DAY })));
    }
    const until = Math.min(whole.to, today);
    const before = until <= month ? [] : await readUsage(world, { account, unit: 'day', from: month, to: until });
    const asked = days.filter((it) => it.startsAt >= from && it.startsAt < to);
    const pricing = { month, book: world.rules.prices, accountMonths: (it: string) => accountMonths(it, month) };
    charges.push(...chargesOf(asked, [...before, ...days], pricing));
  }
  return charges;
}

/** What a day uses: what is stored now, for a day, and a seventh of what else the last seven days used. */
async function usualDay(world: Billing, account: string, now: number): Promise<Omit<Usage, 'startsAt' | 'endsAt'>[]> {
  const today = floorTo('day', now);
  const hour = floorTo('hour', now);
  const week = { from: today - LOOKED_BACK_DAYS * DAY, to: today };
  const others = (await readUsage(world, { account, unit: 'day', ...week })).filter((it) => !isStorage(it.kind));
  // A clock an hour on: what the next hour adds by itself is what is stored.
  const ahead = { metadata: world.metadata, clock: { now: () => new Date(next('hour', next('hour', hour))) } };
  const coming = { from: next('hour', hour), to: next('hour', next('hour', hour)) };
  const stored = await readUsage(ahead, { account, unit: 'hour', ...coming });
  return [
    ...stored.filter((it) => isStorage(it.kind)).map((it) => ({ ...it, quantity: it.quantity * 24n })),
    ...others.map((it) => ({ ...it, quantity: it.quantity / BigInt(LOOKED_BACK_DAYS) })),
  ].filter((it) => it.quantity > 0n);
}
