import { timingSafeEqual } from 'node:crypto';
import type { Secrets } from './world.ts';

/** A list, and where a page of it ends: a token of one goes on with that list and no other. */
export interface ListPosition {
  /** What tells the list from all others; JSON is made of it. */
  readonly list: readonly unknown[];
  readonly position: string;
}

/** Enough, and short: a marker of IAM has 320 characters at most, the longest name included. */
const MAC_BYTES = 24;

/** A token that goes on behind the position, in URL-safe or plain base64. */
export function signPosition(
  secrets: Pick<Secrets, 'mac'>,
  { list, position }: ListPosition,
  encoding: 'base64' | 'base64url' = 'base64',
): string {
  return Buffer.concat([macOf(secrets, { list, position }), Buffer.from(position, 'utf8')]).toString(encoding);
}

/** The position in a token; undefined for anything that this installation did not issue for this list. */
export function openSignedPosition(
  secrets: Pick<Secrets, 'mac'>,
  list: ListPosition['list'],
  token: string,
  encoding: 'base64' | 'base64url' = 'base64',
): string | undefined {
  const bytes = Buffer.from(token, encoding);
  const position = bytes.subarray(MAC_BYTES).toString('utf8');
  const expected = macOf(secrets, { list, position });
  const given = bytes.subarray(0, MAC_BYTES);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  // Base64 has more than one spelling of the same bytes: only our own is a token of ours.
  return bytes.toString(encoding) === token ? position : undefined;
}

function macOf(secrets: Pick<Secrets, 'mac'>, { list, position }: ListPosition): Buffer {
  return secrets.mac('page-token', JSON.stringify([...list.map((it) => it ?? null), position])).subarray(0, MAC_BYTES);
}
