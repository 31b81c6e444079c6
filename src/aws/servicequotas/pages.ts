import { InvalidPaginationToken } from '../../quotas/refusals.ts';
import { openSignedPosition, signPosition } from '../../signed-position.ts';
import type { Call } from '../operation.ts';

const USUAL = 100;

interface Page {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** A page of a list that is short and always the same. @throws InvalidPaginationToken */
export function pageOf<T>(
  { world, registry }: Pick<Call, 'world' | 'registry'>,
  { list, all }: { readonly list: string; readonly all: readonly T[] },
  { MaxResults = USUAL, NextToken }: Page,
): { readonly page: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const of = ['servicequotas', list, registry.account, registry.region];
  const position = NextToken === undefined ? '0' : openSignedPosition(world.secrets, of, NextToken);
  if (position === undefined) throw InvalidPaginationToken({});
  const from = Number(position);
  const until = from + MaxResults;
  const next = until < all.length && { NextToken: signPosition(world.secrets, { list: of, position: `${until}` }) };
  return { page: all.slice(from, until), next: next || {} };
}
