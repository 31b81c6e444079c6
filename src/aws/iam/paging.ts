import { IamValidationFailed } from '../../identity/iam/refusals.ts';
import { openSignedPosition, signPosition } from '../../signed-position.ts';
import type { World } from '../../world.ts';

const USUAL_PAGE = 100;

/** What a list is a page of: a marker goes on with this operation, these filters and this account, and with no other. */
export interface Listing {
  readonly operation: string;
  readonly filter?: unknown;
}

/** Of a call: whose lists it sees, and what signs markers. */
interface Paging {
  readonly world: { readonly secrets: Pick<World['secrets'], 'mac'> };
  readonly principal: { readonly account: string };
}

export interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page {
  /** The last thing of the page before; undefined at the start. */
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * Where a page begins and how long it is; 100 things when not said.
 *
 * @throws IamValidationFailed for a marker that was not issued for this list
 */
export function pageOf(call: Paging, listing: Listing, input: PageInput): Page {
  return { after: openMarker(call, listing, input.Marker), limit: input.MaxItems ?? USUAL_PAGE };
}

/** What every paged answer of IAM ends with. `next` is the last thing of this page where more come behind it. */
export function pageEnd(
  call: Paging,
  listing: Listing,
  next: string | undefined,
): { IsTruncated: boolean; Marker?: string } {
  if (next === undefined) return { IsTruncated: false };
  const marker = signPosition(call.world.secrets, { list: listOf(call, listing), position: next }, 'base64url');
  return { IsTruncated: true, Marker: marker };
}

/** Cuts a list that is all there into its page; `positionOf` says by what it is ordered. */
export function cutPage<T>(
  call: Paging,
  listing: Listing,
  input: PageInput,
  all: { readonly items: readonly T[]; positionOf(item: T): string },
): { items: readonly T[]; end: { IsTruncated: boolean; Marker?: string } } {
  const { after, limit } = pageOf(call, listing, input);
  const { items, positionOf } = all;
  const start = after === undefined ? 0 : items.findIndex((it) => positionOf(it) > after);
  const page = start === -1 ? [] : items.slice(start, start + limit);
  const last = page.at(-1);
  const isCut = start !== -1 && start + limit < items.length;
  return { items: page, end: pageEnd(call, listing, isCut && last !== undefined ? positionOf(last) : undefined) };
}

function openMarker(call: Paging, listing: Listing, marker: string | undefined): string | undefined {
  if (marker === undefined) return undefined;
  const position = openSignedPosition(call.world.secrets, listOf(call, listing), marker, 'base64url');
  if (position === undefined) throw IamValidationFailed({ what: `Invalid Marker: ${marker}` });
  return position;
}

function listOf({ principal }: Paging, { operation, filter }: Listing): readonly unknown[] {
  return ['iam', operation, principal.account, filter];
}
