import { InvalidMarker } from '../../kms/refusals.ts';
import { openSignedPosition, signPosition } from '../../signed-position.ts';
import type { Call } from '../operation.ts';

interface Page {
  readonly Limit?: number;
  readonly Marker?: string;
}

/** Where a page of `list` begins, and how long it is. @throws InvalidMarker when the marker is not one of this list */
export function pageOf(
  call: Pick<Call, 'world' | 'registry'>,
  list: string,
  { Limit, Marker }: Page,
  usual: number,
): { readonly after: string | undefined; readonly limit: number } {
  const limit = Limit ?? usual;
  if (Marker === undefined) return { after: undefined, limit };
  const position = openSignedPosition(call.world.secrets, listOf(call, list), Marker);
  if (position === undefined) throw InvalidMarker({ what: 'The marker is not valid.' });
  return { after: position, limit };
}

/** Cuts a list, which was asked for with one element more than the page has, and says how it goes on. */
export function cutPage<T>(
  call: Pick<Call, 'world' | 'registry'>,
  list: string,
  found: readonly T[],
  { limit, positionOf }: { readonly limit: number; readonly positionOf: (it: T) => string },
): { readonly page: readonly T[]; readonly Truncated: boolean; readonly NextMarker?: string } {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  if (found.length <= limit || last === undefined) return { page, Truncated: false };
  const marker = signPosition(call.world.secrets, { list: listOf(call, list), position: positionOf(last) });
  return { page, Truncated: true, NextMarker: marker };
}

function listOf({ registry }: Pick<Call, 'registry'>, list: string): readonly unknown[] {
  return ['kms', list, registry.account, registry.region];
}
