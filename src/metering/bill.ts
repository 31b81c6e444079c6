import { allAccounts } from '../storage/metadata/accounts.ts';
import type { World } from '../world.ts';
import { type Charge, chargesOf } from './charges.ts';
import { floorTo, next } from './plan.ts';
import { readUsage, type UsageQuery } from './read-usage.ts';

export type Billing = Pick<World, 'metadata' | 'clock' | 'rules' | 'meter'>;

/**
 * What was used in the time that the query says, and what it costs: of each month at the rates that all that was used in
 * it comes to. Of the month that is not over yet that is all until now.
 */
export async function billOf(world: Billing, { account, from, to, unit }: UsageQuery): Promise<Charge[]> {
  await world.meter.flush();
  const accountMonths = await agesOf(world);
  const charges: Charge[] = [];
  for (let month = floorTo('month', from); month < to; month = next('month', month)) {
    const whole = { from: month, to: next('month', month) };
    const part = { from: Math.max(whole.from, from), to: Math.min(whole.to, to) };
    const isWhole = part.from === whole.from && part.to === whole.to;
    const usage = await readUsage(world, { account, unit, ...part });
    const ofMonth = isWhole ? usage : await readUsage(world, { account, unit: 'month', ...whole });
    const pricing = { month, book: world.rules.prices, accountMonths: (it: string) => accountMonths(it, month) };
    charges.push(...chargesOf(usage, ofMonth, pricing));
  }
  return charges;
}

/** Of each account how many months before a month it was made: the first has 0. */
export async function agesOf({
  metadata,
}: Pick<World, 'metadata'>): Promise<(account: string, month: number) => number> {
  const rows = await metadata.read(allAccounts);
  const madeAt = new Map(rows.map((it) => [it.account, Number(it.created_at)]));
  return (account, month) => Math.max(0, monthsSinceYearZero(month) - monthsSinceYearZero(madeAt.get(account) ?? 0));
}

function monthsSinceYearZero(at: number): number {
  const date = new Date(at);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
