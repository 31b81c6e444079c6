import { InvalidParameter } from '../../registry/refusals.ts';
import { openSignedPosition, signPosition } from '../../signed-position.ts';
import type { RegistryId } from '../../values/registry-id.ts';
import type { World } from '../../world.ts';

type Signing = Pick<World['secrets'], 'mac'>;

/** What a list is a page of. A token goes on with this list and no other. */
export interface Listing {
  readonly operation: string;
  readonly registry: RegistryId;
  readonly repositoryName?: string;
  readonly filter?: unknown;
}

/** The `nextToken` that goes on behind `position`. */
export function issuePageToken(secrets: Signing, listing: Listing, position: string): string {
  return signPosition(secrets, { list: listOf(listing), position });
}

/**
 * Where a page begins: behind the position in the token, or at the start, undefined, when there is no token.
 *
 * @throws InvalidParameter for anything that this installation did not issue for this list
 */
export function openPageToken(secrets: Signing, listing: Listing, token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const position = openSignedPosition(secrets, listOf(listing), token);
  if (position === undefined) throw InvalidParameter({ member: 'nextToken', constraint: 'Invalid next token' });
  return position;
}

function listOf({ operation, registry, repositoryName, filter }: Listing): readonly unknown[] {
  return ['ecr', operation, registry.account, registry.region, repositoryName, filter];
}
