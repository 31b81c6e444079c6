import { InvalidIdentityToken, NOT_A_JWT, WebIdentityExpired } from './refusals.ts';

/** What a token says, as its issuer signed it. */
export type Claims = Readonly<Record<string, unknown>>;

/** Clocks of issuers may be ahead. */
const SKEW_SECONDS = 5 * 60;

/** Tokens of Google name the client in `azp`; what they have in `aud` is offered as `oaud`. */
const GOOGLE = 'https://accounts.google.com';

export interface Subject {
  readonly subject: string;
  /** That of the token's audiences which the provider knows as a client. */
  readonly audience: string;
}

/**
 * Who the token is about, if it is good now and for one of `clientIds`.
 *
 * @throws WebIdentityExpired, InvalidIdentityToken
 */
export function checkClaims(
  claims: Claims,
  { now, clientIds }: { readonly now: Date; readonly clientIds: readonly string[] },
): Subject {
  const seconds = Math.floor(now.getTime() / 1_000);
  const expiry = timeOf(claims, 'exp') ?? missing('exp');
  const issuedAt = timeOf(claims, 'iat') ?? missing('iat');
  const notBefore = timeOf(claims, 'nbf') ?? issuedAt;
  if (expiry <= seconds) throw WebIdentityExpired({ now: seconds, expiry });
  if (Math.max(issuedAt, notBefore) > seconds + SKEW_SECONDS) {
    throw InvalidIdentityToken({ reason: 'Token is not valid yet: it was issued in the future' });
  }
  const audience = audiencesOf(claims).find((it) => clientIds.includes(it));
  if (audience === undefined) throw InvalidIdentityToken({ reason: 'Incorrect token audience' });
  const { sub: subject } = claims;
  if (typeof subject !== 'string' || subject === '') return missing('sub');
  return { subject, audience };
}

/**
 * The condition keys that a token makes: each claim of its own, under the name of the provider (`url`, host and path).
 * What is neither text, number nor truth value, nor a list of texts, is left out; so is `iss`, which the name says
 * already.
 */
export function claimKeys(claims: Claims, url: string): [key: string, value: string | readonly string[]][] {
  const keys: [string, string | readonly string[]][] = [];
  const put = (name: string, value: unknown) => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      keys.push([`${url}:${name}`, String(value)]);
    } else if (Array.isArray(value) && value.every((it) => typeof it === 'string')) {
      keys.push([`${url}:${name}`, value]);
    }
  };
  for (const [name, value] of Object.entries(claims)) {
    if (name !== 'iss' && name !== 'aud') put(name, value);
  }
  put('aud', audiencesOf(claims));
  if (isOfGoogle(claims) && typeof claims['azp'] === 'string') put('oaud', claims['aud']);
  return keys;
}

function audiencesOf(claims: Claims): readonly string[] {
  const { aud, azp } = claims;
  if (isOfGoogle(claims) && typeof azp === 'string') return [azp];
  return (Array.isArray(aud) ? aud : [aud]).filter((it) => typeof it === 'string');
}

function isOfGoogle(claims: Claims): boolean {
  return claims['iss'] === GOOGLE;
}

/** Seconds since the epoch. @throws InvalidIdentityToken when it is there and is no time */
function timeOf(claims: Claims, name: string): number | undefined {
  const value = claims[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw InvalidIdentityToken({ reason: NOT_A_JWT });
  return value;
}

function missing(name: string): never {
  throw InvalidIdentityToken({ reason: `Missing a required claim: ${name}` });
}
