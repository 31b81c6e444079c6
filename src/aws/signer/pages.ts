import { openSignedPosition, signPosition } from '../../signed-position.ts';
import { SignerInvalid } from '../../signing/refusals.ts';
import type { Call } from '../operation.ts';

const USUAL = 25;

interface Page {
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** Where a page of `list` begins, and how long it is. @throws SignerInvalid when the token is none of this list */
export function pageOf(
  call: Pick<Call, 'world' | 'registry'>,
  list: readonly unknown[],
  { maxResults: limit = USUAL, nextToken }: Page,
): { readonly after: string | undefined; readonly limit: number } {
  if (nextToken === undefined) return { after: undefined, limit };
  const position = openSignedPosition(call.world.secrets, listOf(call, list), nextToken);
  if (position === undefined) throw SignerInvalid({ what: 'The next token is not valid.' });
  return { after: position, limit };
}

/** How a list goes on behind `position`. */
export function nextPage(
  call: Pick<Call, 'world' | 'registry'>,
  list: readonly unknown[],
  position: string,
): { readonly nextToken: string } {
  return { nextToken: signPosition(call.world.secrets, { list: listOf(call, list), position }) };
}

function listOf({ registry }: Pick<Call, 'registry'>, list: readonly unknown[]): readonly unknown[] {
  return ['signer', ...list, registry.account, registry.region];
}
