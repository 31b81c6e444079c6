import {
  findKeyOwner,
  findRoleOwner,
  findUserOwner,
  type KeyOwnerRow,
  type OwnerRow,
} from '../storage/metadata/signers.ts';
import { partitionOf, rootArn } from '../values/arn.ts';
import { assumedRoleArn, federatedUserArn, identityArn } from '../values/identity-arn.ts';
import type { World } from '../world.ts';
import { openKeySecret } from './access-keys.ts';
import type { Named, Principal } from './principal.ts';
import { type OpenedSession, openSession } from './sessions.ts';

/** Who holds an access key or a session. */
export interface Signer {
  readonly accessKeyId: string;
  /** Opened when it is asked for: a login token is verified without it, at each request. */
  readonly secretAccessKey: string;
  /** Whether it may be used now: a key that is active, a session whose owner is as he was. */
  readonly isActive: boolean;
  /** Whether it was good and its time is over. */
  readonly isExpired: boolean;
  /** Another one when the key's secret or its owner's rights to be logged in have changed. */
  readonly epoch: string;
  readonly principal: Principal;
}

type Signers = Pick<World, 'metadata' | 'secrets' | 'rules' | 'clock'>;

/**
 * Who signed with this access key: a long-term one, or that of the session whose token came with it. Undefined when
 * nobody did: an unknown key, a key of one kind used as the other, or an owner who is gone.
 */
export async function findSigner(
  world: Signers,
  accessKeyId: string,
  sessionToken?: string,
): Promise<Signer | undefined> {
  if (sessionToken === undefined) return findKeySigner(world, accessKeyId);
  const session = openSession(world, sessionToken);
  return session?.accessKeyId === accessKeyId ? findSessionSigner(world, session) : undefined;
}

async function findKeySigner(world: Signers, accessKeyId: string): Promise<Signer | undefined> {
  const row = await world.metadata.readOne((tx) => findKeyOwner(tx, accessKeyId));
  if (!row || row.closed_at !== null) return undefined;
  const principal = ownerOf(world, row, accessKeyId);
  if (!principal) return undefined;
  return {
    accessKeyId,
    get secretAccessKey() {
      return openKeySecret(world, accessKeyId, row.sealed_secret);
    },
    isActive: row.status === 'Active',
    isExpired: false,
    epoch: epochOf(row),
    principal,
  };
}

/** What ends the tokens of a key or of its owner when it changes. */
export function epochOf(row: Pick<KeyOwnerRow, 'key_epoch' | 'owner_epoch'>): string {
  return `${row.key_epoch ?? ''}.${row.owner_epoch ?? ''}`;
}

/** Clocks of nodes differ a little. One that was put back further would bring sessions to life again that were over. */
const SKEW_MS = 5 * 60 * 1_000;

async function findSessionSigner(world: Signers, opened: OpenedSession): Promise<Signer | undefined> {
  const row = await world.metadata.readOne(async (tx) => {
    if (opened.ofKey !== undefined) return findKeyOwner(tx, opened.ofKey);
    return opened.kind === 'role-session' ? findRoleOwner(tx, opened.ownerId) : findUserOwner(tx, opened.ownerId);
  });
  if (!row || row.closed_at !== null || row.owner_id !== opened.ownerId) return undefined;
  const principal = sessionPrincipal(world, row, opened);
  if (!principal) return undefined;
  const { issuedAt, expiresAt } = opened.session;
  const now = world.clock.now();
  const isOfNow = issuedAt.getTime() <= now.getTime() + SKEW_MS;
  return {
    accessKeyId: opened.accessKeyId,
    secretAccessKey: opened.secretAccessKey,
    isActive: epochOf(row) === opened.epoch && row.status !== 'Inactive' && isOfNow,
    isExpired: expiresAt <= now,
    epoch: opened.epoch,
    principal,
  };
}

function sessionPrincipal(world: Signers, row: OwnerRow, opened: OpenedSession): Principal | undefined {
  const { kind, accessKeyId, session, account } = opened;
  if (kind === 'root' || kind === 'user') {
    const owner = ownerOf(world, row, accessKeyId);
    return owner && { ...owner, session };
  }
  const named = namedOf(world, row, kind === 'role-session' ? 'role' : 'user');
  if (!named) return undefined;
  const called = { account, accessKeyId, identityVersion: row.identity_version, session };
  const partition = partitionOf(world.rules.regions[0]);
  if (kind === 'role-session') {
    const arn = assumedRoleArn(partition, account, named.name, session.name);
    return { kind, ...called, arn, userId: `${named.id}:${session.name}`, role: named };
  }
  const arn = federatedUserArn(partition, account, session.name);
  return { kind, ...called, arn, userId: `${account}:${session.name}`, user: named };
}

function ownerOf(
  world: Signers,
  row: OwnerRow,
  accessKeyId: string,
): (Principal & { kind: 'root' | 'user' }) | undefined {
  const { account, owner_id: ownerId, identity_version: identityVersion } = row;
  if (ownerId === account) {
    const arn = rootArn(account, world.rules.regions[0]);
    return { kind: 'root', account, arn, userId: account, accessKeyId, identityVersion };
  }
  const user = namedOf(world, row, 'user');
  return user && { kind: 'user', account, arn: user.arn, userId: user.id, accessKeyId, identityVersion, user };
}

function namedOf({ rules }: Signers, row: OwnerRow, type: 'user' | 'role'): Named | undefined {
  const { account, owner_id: id, owner_name: name, owner_path: path } = row;
  if (name === null || path === null) return undefined;
  return { id, name, arn: identityArn(partitionOf(rules.regions[0]), type, { account, path, name }) };
}
