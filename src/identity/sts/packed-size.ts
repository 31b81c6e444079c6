import { deflateRawSync } from 'node:zlib';
import type { Session } from '../principal.ts';
import { PackedPolicyTooLarge } from './refusals.ts';

const BYTES_AT_MOST = 2_048;

/**
 * How much of the room for them the policies and tags of a session take, in percent, rounded up: API_AssumeRole,
 * "PackedPolicySize". They are packed as the session's token holds them, so that a token always fits into a header.
 *
 * @throws PackedPolicyTooLarge
 */
export function packedSize({
  policies,
  policyArns,
  tags,
  transitiveTagKeys,
}: Pick<Session, 'policies' | 'policyArns' | 'tags' | 'transitiveTagKeys'>): number {
  const text = JSON.stringify([policies, policyArns, tags, transitiveTagKeys]);
  const percent = Math.ceil((deflateRawSync(text).length * 100) / BYTES_AT_MOST);
  if (percent > 100) throw PackedPolicyTooLarge({ percent });
  return percent;
}
