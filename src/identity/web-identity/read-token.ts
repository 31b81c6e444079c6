import type { World } from '../../world.ts';
import type { Claims } from './claims.ts';
import { issuerKey } from './issuer-keys.ts';
import { ALGORITHMS, type Algorithm } from './key-set.ts';
import { InvalidIdentityToken, NO_KEY, NOT_A_JWT } from './refusals.ts';

/** A token whose signature nobody has looked at. */
export interface UnverifiedToken {
  readonly text: string;
  readonly issuer: string;
  readonly alg: Algorithm;
  readonly kid: string | undefined;
}

/** API_AssumeRoleWithWebIdentity. */
const LETTERS_AT_MOST = 20_000;

/** Large for what it is used for: it is loaded when the first token comes. */
const library = () => import('jose');

/**
 * Reads what a token says of itself: who issued it, and how. A key, or the address of one, in its header is not looked
 * at.
 *
 * @throws InvalidIdentityToken
 */
export async function readToken(text: string): Promise<UnverifiedToken> {
  if (text.length > LETTERS_AT_MOST) throw InvalidIdentityToken({ reason: NOT_A_JWT });
  const { decodeJwt, decodeProtectedHeader } = await library();
  const { header, payload } = attempt(() => ({ header: decodeProtectedHeader(text), payload: decodeJwt(text) }));
  const { iss: issuer } = payload;
  const alg = ALGORITHMS.find((it) => it === header.alg);
  if (typeof issuer !== 'string' || !isIssuer(issuer)) throw InvalidIdentityToken({ reason: NOT_A_JWT });
  if (alg === undefined) throw InvalidIdentityToken({ reason: NO_KEY });
  return { text, issuer, alg, kid: header.kid };
}

/**
 * What the token says, once its signature is that of its issuer.
 *
 * @throws InvalidIdentityToken, IdpCommunicationError
 */
export async function verifyToken(
  world: Pick<World, 'outbound' | 'clock' | 'log'>,
  { text, issuer, alg, kid }: UnverifiedToken,
): Promise<Claims> {
  const { compactVerify } = await library();
  const key = await issuerKey(world, issuer, { kid, alg });
  const verified = await compactVerify(text, key, { algorithms: [alg] }).catch((cause: unknown) => {
    // A signature of somebody else, a header that must not be passed over, a key that is none: the same no to all.
    world.log.debug({ issuer, err: cause }, 'web identity token refused');
    throw InvalidIdentityToken({ reason: NO_KEY });
  });
  return JSON.parse(new TextDecoder().decode(verified.payload)) as Claims;
}

/** An address without query, fragment or password: what a provider's URL can be, with `https://` before it. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && text.startsWith('https://') && !/[?#@\s]/.test(text);
}

function attempt<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw InvalidIdentityToken({ reason: NOT_A_JWT });
  }
}
