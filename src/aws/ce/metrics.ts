import { type Charge, totalOf, unitOf } from '../../metering/charges.ts';
import { add, toDecimal, ZERO } from '../../values/rational.ts';
import type { MetricValue } from '../model/ce.ts';
import { ValidationFailed } from './refusals.ts';

/** Ten places, as Amazon's own answers. */
export const PLACES = 10;

/** Nobody here pays in advance or gets a discount: all kinds of cost are the same. */
const METRICS: Readonly<Record<string, string>> = {
  BLENDED_COST: 'BlendedCost',
  UNBLENDED_COST: 'UnblendedCost',
  AMORTIZED_COST: 'AmortizedCost',
  NET_UNBLENDED_COST: 'NetUnblendedCost',
  NET_AMORTIZED_COST: 'NetAmortizedCost',
  USAGE_QUANTITY: 'UsageQuantity',
  NORMALIZED_USAGE_AMOUNT: 'NormalizedUsageAmount',
};

/** The metrics by the names that answers have. @throws ValidationFailed */
export function metricNames(metrics: readonly string[]): string[] {
  if (metrics.length === 0) throw ValidationFailed({ why: 'Metrics should not be empty.' });
  return metrics.map((given) => {
    const name = METRICS[given] ?? Object.values(METRICS).find((it) => it === given);
    if (name === undefined) {
      throw ValidationFailed({ why: `Metric ${given} is none of ${Object.values(METRICS).join(', ')}.` });
    }
    return name;
  });
}

export function metricsOf(
  charges: readonly Charge[],
  names: readonly string[],
  currency: string,
): Record<string, MetricValue> {
  return Object.fromEntries(names.map((name) => [name, valueIn(charges, name, currency)]));
}

function valueIn(charges: readonly Charge[], name: string, currency: string): MetricValue {
  if (name === 'NormalizedUsageAmount') return { Amount: '0', Unit: 'N/A' };
  if (name !== 'UsageQuantity') return { Amount: toDecimal(totalOf(charges), PLACES), Unit: currency };
  const units = new Set(charges.map((it) => unitOf(it.kind)));
  const [unit] = units;
  const sum = charges.reduce((total, it) => add(total, it.units), ZERO);
  // Sums of unlike things have no unit.
  return { Amount: toDecimal(sum, PLACES), Unit: units.size === 1 && unit !== undefined ? unit : 'N/A' };
}
