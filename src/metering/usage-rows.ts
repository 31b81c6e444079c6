import type { MeteredUsageRow } from '../storage/metadata/metering-tables.ts';
import { floorTo, next, type Unit } from './plan.ts';

/** Of what, by whom, and who counted it. */
export type Counting = Pick<MeteredUsageRow, 'account' | 'region' | 'repository_name' | 'kind' | 'operation' | 'node'>;

/** Rows of usage in the making: what is counted of one thing in one time is one row. */
export interface UsageRows {
  add(what: Counting, when: { readonly at: number; readonly quantity: number }): void;
  rows(): MeteredUsageRow[];
  readonly size: number;
}

/** Gathers quantities as rows of a `unit` each. */
export function usageRows(unit: Unit): UsageRows {
  const gathered = new Map<string, MeteredUsageRow>();
  return {
    add({ account, region, repository_name, kind, operation, node }, { at, quantity }) {
      const starts_at = floorTo(unit, at);
      // Every request comes by here. None of these can have an end of line.
      const key = `${account}\n${region}\n${repository_name}\n${kind}\n${operation}\n${node}\n${starts_at}`;
      const known = gathered.get(key);
      if (known) {
        known.quantity += quantity;
        return;
      }
      const ends_at = next(unit, starts_at);
      const row = { account, region, ends_at, starts_at, repository_name, kind, operation, node, unit, quantity };
      gathered.set(key, row);
    },
    rows: () => [...gathered.values()],
    get size() {
      return gathered.size;
    },
  };
}
