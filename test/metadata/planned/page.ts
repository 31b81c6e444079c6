// What the queries ask for.
import type { Writing } from '../../../src/storage/metadata/port.ts';

/** By what they look for. */
export type Queries = Readonly<Record<string, (tx: Writing) => Promise<unknown>>>;

export const LIMIT = 100;
/** So few that no table is so small that reading it whole were as quick. */
export const FEW = 10;
export const NOW = new Date(500_000);

export const some = (prefix: string, count = 50) => Array.from({ length: count }, (_, i) => `${prefix}${i * 31 + 1}`);
export const page = { after: undefined, limit: LIMIT };
