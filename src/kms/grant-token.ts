import { timingSafeEqual } from 'node:crypto';
import type { World } from '../world.ts';
import { InvalidGrantToken } from './refusals.ts';

const MAC = 32;
const PURPOSE = 'kms-grant-token';

/** A token that names a grant. AWS needs it until a grant is known everywhere; here it is at once, so it only names it. */
export function grantToken({ secrets }: Pick<World, 'secrets'>, grantId: string): string {
  return Buffer.concat([secrets.mac(PURPOSE, grantId), Buffer.from(grantId, 'hex')]).toString('base64');
}

/** The grant that a token names. @throws InvalidGrantToken when it was not issued here */
export function grantOfToken({ secrets }: Pick<World, 'secrets'>, token: string): string {
  const bytes = Buffer.from(token, 'base64');
  const grantId = bytes.subarray(MAC).toString('hex');
  const expected = secrets.mac(PURPOSE, grantId);
  const given = bytes.subarray(0, MAC);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return grantId;
  throw InvalidGrantToken({ what: 'The grant token is not valid.' });
}

/** Tokens give no right that the grant has not; but all of them must be such. @throws InvalidGrantToken */
export function checkGrantTokens(world: Pick<World, 'secrets'>, tokens: readonly string[] = []): void {
  for (const token of tokens) grantOfToken(world, token);
}
