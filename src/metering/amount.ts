import type { SplitAmount } from '../storage/metadata/metering-tables.ts';

const COARSE = 2n ** 36n;

/** The amount in two numbers that can each be added up by itself. */
export function split(amount: bigint): SplitAmount {
  return { coarse: Number(amount / COARSE), fine: Number(amount % COARSE) };
}

export function joined({ coarse, fine }: SplitAmount): bigint {
  return BigInt(coarse) * COARSE + BigInt(fine);
}
