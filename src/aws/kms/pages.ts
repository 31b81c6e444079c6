import { timingSafeEqual } from 'node:crypto';
import { InvalidMarker } from '../../kms/refusals.ts';
import type { Call } from '../operation.ts';

const MAC = 32;

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
  const bytes = Buffer.from(Marker, 'base64');
  const position = bytes.subarray(MAC).toString('utf8');
  const expected = macOf(call, list, position);
  const given = bytes.subarray(0, MAC);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw InvalidMarker({ what: 'The marker is not valid.' });
  }
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
  const position = positionOf(last);
  const marker = Buffer.concat([macOf(call, list, position), Buffer.from(position, 'utf8')]).toString('base64');
  return { page, Truncated: true, NextMarker: marker };
}

function macOf({ world, registry }: Pick<Call, 'world' | 'registry'>, list: string, position: string): Buffer {
  return world.secrets.mac('kms-marker', JSON.stringify([list, registry.account, registry.region, position]));
}
