import { InvalidParameter } from '../../registry/refusals.ts';
import type { World } from '../../world.ts';
import { issuePageToken, type Listing, openPageToken } from './page-token.ts';

export interface PageRequest {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

const USUAL_PAGE = 100;

/**
 * Where a page begins and how long it is.
 *
 * @throws InvalidParameter when the token is not one of this list
 */
export function pageOf(
  world: Pick<World, 'secrets'>,
  listing: Listing,
  { nextToken, maxResults }: PageRequest,
  usual = USUAL_PAGE,
): { after: string | undefined; limit: number } {
  return { after: openPageToken(world.secrets, listing, nextToken), limit: maxResults ?? usual };
}

/** The answer's `nextToken`, when there is more behind `position`. */
export function nextPage(
  world: Pick<World, 'secrets'>,
  listing: Listing,
  position: string | undefined,
): { nextToken?: string } {
  return position === undefined ? {} : { nextToken: issuePageToken(world.secrets, listing, position) };
}

/** Named things come all at once. @throws InvalidParameter when a page of them is asked for */
export function refusePaging({ nextToken, maxResults }: PageRequest, list: string): void {
  const member = maxResults !== undefined ? 'maxResults' : nextToken !== undefined ? 'nextToken' : undefined;
  if (member === undefined) return;
  throw InvalidParameter({ member, constraint: `${member} cannot be specified when ${list} are specified` });
}
