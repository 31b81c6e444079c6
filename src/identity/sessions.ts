import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { World } from '../world.ts';
import { newAccessKeyId } from './new-ids.ts';
import type { Session } from './principal.ts';

/** Whose session it is: the account itself for its root. */
export interface SessionOwner {
  readonly kind: 'root' | 'user' | 'role-session' | 'federated-user';
  readonly account: string;
  /** Unique id of the role or user; the account for root. */
  readonly ownerId: string;
  /** The long-term key that asked, where the session ends with it: of GetSessionToken and GetFederationToken. */
  readonly ofKey?: string | undefined;
  /** What the owner carried at that time: see `epochOf`. */
  readonly epoch: string;
}

export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

interface Record_ extends SessionOwner {
  readonly accessKeyId: string;
  readonly session: Omit<Session, 'issuedAt' | 'expiresAt'> & { readonly issuedAt: number; readonly expiresAt: number };
}

type Sessions = Pick<World, 'secrets'>;

/**
 * Temporary credentials. The token holds all that is known of the session, sealed, so that there is no row for it; it
 * ends with its time, and when its owner's epoch is another.
 */
export function issueSession(
  world: Sessions & Pick<World, 'ids'>,
  owner: SessionOwner,
  session: Session,
): TemporaryCredentials {
  const accessKeyId = newAccessKeyId(world.ids, 'ASIA', owner.account);
  const record: Record_ = {
    ...owner,
    accessKeyId,
    session: { ...session, issuedAt: session.issuedAt.getTime(), expiresAt: session.expiresAt.getTime() },
  };
  return {
    accessKeyId,
    secretAccessKey: secretOf(world, accessKeyId),
    sessionToken: world.secrets.seal(deflateRawSync(JSON.stringify(record)), CONTEXT).toString('base64'),
    expiresAt: session.expiresAt,
  };
}

export interface OpenedSession extends SessionOwner {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly session: Session;
}

/** The session that `token` is of, also one whose time is over; undefined when the token was not made here. */
export function openSession(world: Sessions, token: string): OpenedSession | undefined {
  if (token.length > TOKEN_AT_MOST) return undefined;
  const bytes = openSealed(world, Buffer.from(token, 'base64'));
  if (bytes === undefined) return undefined;
  // It was sealed here, so its form is known.
  const { session, ...owner } = JSON.parse(inflateRawSync(bytes).toString('utf8')) as Record_;
  return {
    ...owner,
    secretAccessKey: secretOf(world, owner.accessKeyId),
    session: { ...session, issuedAt: new Date(session.issuedAt), expiresAt: new Date(session.expiresAt) },
  };
}

const CONTEXT = 'session-token';
/** What is passed to a session is bounded, packed, so that no token comes near to this: see `packedSize`. */
const TOKEN_AT_MOST = 6 * 1024;

function secretOf({ secrets }: Sessions, accessKeyId: string): string {
  return secrets.mac('session-secret', accessKeyId).toString('base64').slice(0, 40);
}

function openSealed({ secrets }: Sessions, sealed: Buffer): Buffer | undefined {
  try {
    return secrets.open(sealed, CONTEXT);
  } catch {
    // Whatever is wrong with it, it is no token of ours.
    return undefined;
  }
}
