import { Invalid } from '../../events/refusals.ts';
import { openSignedPosition, signPosition } from '../../signed-position.ts';
import type { Call } from '../operation.ts';

const USUAL_PAGE = 100;

interface Page {
  readonly Limit?: number;
  readonly NextToken?: string;
}

/** Where a page of `list` begins, and how long it is. @throws Invalid when the token is not one of this list */
export function pageOf(
  call: Pick<Call, 'world' | 'registry'>,
  list: readonly unknown[],
  { Limit = USUAL_PAGE, NextToken }: Page,
): { readonly after: string | undefined; readonly limit: number } {
  if (NextToken === undefined) return { after: undefined, limit: Limit };
  const after = openSignedPosition(call.world.secrets, listOf(call, list), NextToken);
  if (after === undefined) {
    throw Invalid({ what: 'Parameter NextToken is not valid. Reason: It is not of this list.' });
  }
  return { after, limit: Limit };
}

/** Cuts a list, which was asked for with one element more than the page has, and says how it goes on. */
export function cutPage<T>(
  call: Pick<Call, 'world' | 'registry'>,
  list: readonly unknown[],
  found: readonly T[],
  { limit, positionOf }: { readonly limit: number; readonly positionOf: (it: T) => string },
): { readonly page: readonly T[]; readonly more: { readonly NextToken?: string } } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  if (found.length <= limit || last === undefined) return { page, more: {} };
  const NextToken = signPosition(call.world.secrets, { list: listOf(call, list), position: positionOf(last) });
  return { page, more: { NextToken } };
}

function listOf({ registry }: Pick<Call, 'registry'>, list: readonly unknown[]): readonly unknown[] {
  return ['events', ...list, registry.account, registry.region];
}
