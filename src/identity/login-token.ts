import { hash, timingSafeEqual } from 'node:crypto';
import type { World } from '../world.ts';
import { findSigner, type Signer } from './find-signer.ts';
import type { Principal } from './principal.ts';

const HOUR = 3_600_000;

/** How long a login lasts: API_GetAuthorizationToken. */
export const LOGIN_TOKEN_LIFE_MS = 12 * HOUR;
/** Clocks of nodes differ a little. One that was ahead by more has made tokens that would last too long. */
const SKEW_MS = HOUR / 12;

type Tokens = Pick<World, 'metadata' | 'secrets' | 'clock' | 'rules'>;

export type LoginTokenOutcome =
  | { readonly kind: 'valid'; readonly principal: Principal; readonly region: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' };

interface Said {
  readonly key: string;
  readonly epoch: string;
  readonly region: string;
  readonly expires: number;
}

interface Claims extends Said {
  /** Of temporary credentials their token, which holds all that is known of the session. */
  readonly session: string | undefined;
}

/**
 * The password of a docker login: what the token says, the session token of temporary credentials, and a MAC of both. It
 * names a principal, not a registry, and holds no secret. It ends with its time, with that of the session, and when the
 * key, the user, the role or the account behind it does. Its letters are base64 alone, because the AWS CLI splits
 * `AWS:password` at every colon.
 */
export function issueLoginToken(
  world: Pick<Tokens, 'secrets' | 'clock'>,
  signer: Pick<Signer, 'accessKeyId' | 'epoch' | 'principal'> & { readonly sessionToken?: string | undefined },
  region: string,
): { password: string; expiresAt: Date } {
  const { accessKeyId: key, sessionToken: session, epoch, principal } = signer;
  const fullTime = new Date(world.clock.now().getTime() + LOGIN_TOKEN_LIFE_MS);
  const sessionEnd = principal.session?.expiresAt ?? fullTime;
  const expiresAt = sessionEnd < fullTime ? sessionEnd : fullTime;
  const said: Said = { key, epoch, region, expires: expiresAt.getTime() };
  const text = Buffer.from(JSON.stringify(said), 'utf8').toString('base64url');
  // The session's is base64 already: once more, and the login would not fit into the headers that proxies let pass.
  const signed = session === undefined ? text : `${text}.${session}`;
  const mac = world.secrets.mac('login-token', signed).toString('base64url');
  return { password: Buffer.from(`${signed}.${mac}`, 'utf8').toString('base64'), expiresAt };
}

/** Who logged in with `password`. Its key or session is looked up each time: a revoked one ends its tokens at once. */
export async function verifyLoginToken(world: Tokens, password: string): Promise<LoginTokenOutcome> {
  const claims = readClaims(world, password);
  if (!claims) return { kind: 'invalid' };
  const left = claims.expires - world.clock.now().getTime();
  if (left <= 0) return { kind: 'expired' };
  if (left > LOGIN_TOKEN_LIFE_MS + SKEW_MS) return { kind: 'invalid' };
  const signer = await findSigner(world, claims.key, claims.session);
  if (!signer?.isActive || signer.epoch !== claims.epoch) return { kind: 'invalid' };
  return { kind: 'valid', principal: signer.principal, region: claims.region };
}

/** Tokens that were right, by their hash, so that no password is kept: a client sends the same one all day. */
const verified = new WeakMap<Tokens['secrets'], Map<string, Claims>>();
const VERIFIED_AT_MOST = 1_000;
/** One of a session with all the policies and tags that it may carry fits; its request's headers stay below 16 KiB. */
const PASSWORD_AT_MOST = 11 * 1024;

function readClaims({ secrets }: Pick<Tokens, 'secrets'>, password: string): Claims | undefined {
  if (password.length > PASSWORD_AT_MOST) return undefined;
  const known = verified.getOrInsertComputed(secrets, () => new Map());
  const name = hash('sha256', password, 'base64');
  const seen = known.get(name);
  if (seen) return seen;

  const claims = verifyClaims(secrets, password);
  if (known.size >= VERIFIED_AT_MOST) known.clear();
  if (claims) known.set(name, claims);
  return claims;
}

function verifyClaims(secrets: Tokens['secrets'], password: string): Claims | undefined {
  const decoded = Buffer.from(password, 'base64').toString('utf8');
  const end = decoded.lastIndexOf('.');
  if (end < 0) return undefined;
  const signed = decoded.slice(0, end);
  const mac = secrets.mac('login-token', signed);
  const given = Buffer.from(decoded.slice(end + 1), 'base64url');
  if (given.length !== mac.length || !timingSafeEqual(given, mac)) return undefined;
  // The MAC says that these are our own words, so their form is known.
  const [text = '', session] = signed.split('.');
  return { ...(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Said), session };
}
