/** What is counted, in the words of a statement. Each has a price of its own. */
export const USAGE_KINDS = [
  'storage',
  'archive-storage',
  'archive-early-delete',
  'archive-retrieval',
  'transfer-internet',
  'transfer-other-region',
  'transfer-same-region',
  'requests',
  'scans',
] as const;

export type UsageKind = (typeof USAGE_KINDS)[number];

/** Where bytes went. */
export type Destination = 'internet' | 'other-region' | 'same-region';

/** What usage costs. Decimals are texts: no price is rounded by a machine's fractions. */
export interface PriceBook {
  /** Three letters, such as `USD`. */
  readonly currency: string;
  readonly prices: Readonly<Record<UsageKind, Price>>;
  /** Where a region has prices of its own. Tiers and free amounts are then counted there alone. */
  readonly regions: Readonly<Record<string, Readonly<Partial<Record<UsageKind, Price>>>>>;
}

/**
 * The price of one unit: of storage and retrieval a GB-month or GB, of transfer a GB (each of 2^30 bytes), of requests and
 * scans one of them. Tiers are counted over what an account uses in a month.
 */
export interface Price {
  /** Units of each month that cost nothing. */
  readonly free?: FreeAmount | undefined;
  /** In order; each begins where the one before ends, and the last has no end. */
  readonly tiers: readonly [Tier, ...Tier[]];
}

export interface FreeAmount {
  readonly units: string;
  /** For the first months of an account alone; always where nothing is said. */
  readonly months?: number | undefined;
}

export interface Tier {
  /** Units up to which it goes, those that are free left out; no end where nothing is said. */
  readonly upTo?: string | undefined;
  readonly price: string;
}
