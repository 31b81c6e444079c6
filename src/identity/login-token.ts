import { hash, timingSafeEqual } from 'node:crypto';
import type { World } from '../world.ts';
import { findSigner, type Signer } from './find-signer.ts';
import type { Principal } from './principal.ts';

const HOUR = 3_600_000;

/** How long a login lasts: API_GetAuthorizationToken. */
export const LOGIN_TOKEN_LIFE_MS = 12 * HOUR;

type Tokens = Pick<World, 'metadata' | 'secrets' | 'clock' | 'rules'>;

export type LoginTokenOutcome =
  | { readonly kind: 'valid'; readonly principal: Principal; readonly region: string }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' };

interface Claims {
  readonly key: string;
  /** Of temporary credentials: what the token stands for is all in here. */
  readonly session?: string | undefined;
  readonly epoch: string;
  readonly region: string;
  readonly expires: number;
}

/**
 * The password of a docker login: what the token says, and a MAC of it. It names a principal, not a registry, holds no
 * secret, and ends with the access key or the session that asked for it. Its letters are base64 alone, because the AWS CLI splits
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
  const claims: Claims = { key, session, epoch, region, expires: expiresAt.getTime() };
  const text = Buffer.from(JSON.stringify(claims), 'utf8').toString('base64url');
  const mac = world.secrets.mac('login-token', text).toString('base64url');
  return { password: Buffer.from(`${text}.${mac}`, 'utf8').toString('base64'), expiresAt };
}

/** Who logged in with `password`. Its key or session is looked up each time: a revoked one ends its tokens at once. */
export async function verifyLoginToken(world: Tokens, password: string): Promise<LoginTokenOutcome> {
  const claims = readClaims(world, password);
  if (!claims) return { kind: 'invalid' };
  if (claims.expires <= world.clock.now().getTime()) return { kind: 'expired' };
  const signer = await findSigner(world, claims.key, claims.session);
  if (!signer?.isActive || signer.epoch !== claims.epoch) return { kind: 'invalid' };
  return { kind: 'valid', principal: signer.principal, region: claims.region };
}

/** Tokens that were right, by their hash, so that no password is kept: a client sends the same one all day. */
const verified = new WeakMap<Tokens['secrets'], Map<string, Claims>>();
const VERIFIED_AT_MOST = 1_000;
/** A session with all the policies and tags that it may carry fits; so do the headers of a request. */
const PASSWORD_AT_MOST = 24 * 1024;

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
  const [text, given, ...more] = Buffer.from(password, 'base64').toString('utf8').split('.');
  if (text === undefined || given === undefined || more.length > 0) return undefined;
  const mac = secrets.mac('login-token', text);
  const bytes = Buffer.from(given, 'base64url');
  if (bytes.length !== mac.length || !timingSafeEqual(bytes, mac)) return undefined;
  // The MAC says that these are our own words, so their form is known.
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Claims;
}
