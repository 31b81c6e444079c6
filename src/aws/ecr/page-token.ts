import { timingSafeEqual } from 'node:crypto';
import { InvalidParameter } from '../../registry/refusals.ts';
import type { RegistryId } from '../../values/registry-id.ts';
import type { World } from '../../world.ts';

type Signing = Pick<World['secrets'], 'mac'>;

const MAC_BYTES = 32;

/** What a list is a page of. A token goes on with this list and no other. */
export interface Listing {
  readonly operation: string;
  readonly registry: RegistryId;
  readonly repositoryName?: string;
  readonly filter?: unknown;
}

/** The `nextToken` that goes on behind `position`. */
export function issuePageToken(secrets: Signing, listing: Listing, position: string): string {
  return Buffer.concat([macOf(secrets, listing, position), Buffer.from(position, 'utf8')]).toString('base64');
}

/**
 * Where a page begins: behind the position in the token, or at the start, undefined, when there is no token.
 *
 * @throws InvalidParameter for anything that this installation did not issue for this list
 */
export function openPageToken(secrets: Signing, listing: Listing, token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const bytes = Buffer.from(token, 'base64');
  const position = bytes.subarray(MAC_BYTES).toString('utf8');
  const expected = macOf(secrets, listing, position);
  const given = bytes.subarray(0, MAC_BYTES);
  // Base64 has more than one spelling of the same bytes: only our own is a token of ours.
  const isOurs =
    given.length === expected.length && timingSafeEqual(given, expected) && bytes.toString('base64') === token;
  if (!isOurs) throw InvalidParameter({ member: 'nextToken', constraint: 'Invalid next token' });
  return position;
}

function macOf(secrets: Signing, { operation, registry, repositoryName, filter }: Listing, position: string): Buffer {
  const list = [operation, registry.account, registry.region, repositoryName ?? null, filter ?? null];
  return secrets.mac('page-token', JSON.stringify([...list, position]));
}
