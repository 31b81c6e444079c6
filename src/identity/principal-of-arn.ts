import type { Reading } from '../storage/metadata/port.ts';
import { openAccounts, principalsNamed } from '../storage/metadata/principal-ids.ts';
import { findRoleOwner, findUserOwner, type OwnerRow } from '../storage/metadata/signers.ts';
import { partitionOf } from '../values/arn.ts';
import { assumedRoleArn, identityArn, parseIdentityArn } from '../values/identity-arn.ts';
import type { World } from '../world.ts';
import type { Named, Principal, Session } from './principal.ts';

/** What a role does without anybody asking is done in a session of this name. */
const ANY_SESSION = 'any-session';

/**
 * Who acts under this ARN: an account's root, a user, a session of a role, or a role by any of its sessions, to which no
 * policies were passed. Undefined when there is nobody. He signs nothing: it is for questions about him.
 */
export async function principalOfArn(
  { metadata, rules, clock }: Pick<World, 'metadata' | 'rules' | 'clock'>,
  arn: string,
): Promise<Principal | undefined> {
  const partition = partitionOf(rules.regions[0]);
  const named = parseName(arn);
  if (named?.partition !== partition) return undefined;
  const { account, type } = named;
  return metadata.read(async (tx) => {
    if (!(await openAccounts(tx, [account])).has(account)) return undefined;
    if (type === 'root') return { kind: 'root', account, arn, userId: account, accessKeyId: '', identityVersion: 0 };
    const row = await findOwner(tx, { ...named, type });
    if (row?.owner_name == null || row.owner_path === null) return undefined;
    const { owner_id: id, owner_name: name, owner_path: path, identity_version: identityVersion } = row;
    const who: Named = { id, name, arn: identityArn(partition, type, { account, path, name }) };
    const called = { account, accessKeyId: '', identityVersion };
    if (type === 'user') return { kind: 'user', ...called, arn: who.arn, userId: id, user: who };
    const session = anySession(named.session ?? ANY_SESSION, clock.now());
    const sessionArn = assumedRoleArn(partition, account, name, session.name);
    return { kind: 'role-session', ...called, arn: sessionArn, userId: `${id}:${session.name}`, role: who, session };
  });
}

interface Name {
  readonly partition: string;
  readonly account: string;
  readonly type: 'root' | 'user' | 'role';
  readonly name: string;
  /** Undefined where the ARN has none, as that of a session. */
  readonly path?: string;
  readonly session?: string;
}

const ROOT = /^arn:([a-z0-9-]+):iam::([0-9]{12}):root$/;
const SESSION = /^arn:([a-z0-9-]+):sts::([0-9]{12}):assumed-role\/([^/]+)\/([^/]+)$/;

function parseName(arn: string): Name | undefined {
  const [, rootPartition, rootAccount] = ROOT.exec(arn) ?? [];
  if (rootPartition !== undefined && rootAccount !== undefined) {
    return { partition: rootPartition, account: rootAccount, type: 'root', name: '' };
  }
  const [, partition, account, name, session] = SESSION.exec(arn) ?? [];
  if (partition !== undefined && account !== undefined && name !== undefined && session !== undefined) {
    return { partition, account, type: 'role', name, session };
  }
  const parts = parseIdentityArn(arn);
  return parts?.type === 'user' || parts?.type === 'role' ? { ...parts, type: parts.type } : undefined;
}

async function findOwner(
  tx: Reading,
  { type, account, name, path }: Name & { readonly type: 'user' | 'role' },
): Promise<OwnerRow | undefined> {
  const rows = await principalsNamed(tx, type, { accounts: [account], nameKeys: [name.toLowerCase()] });
  const found = rows.find((it) => it.name === name && (path === undefined || it.path === path));
  if (!found) return undefined;
  return type === 'user' ? findUserOwner(tx, found.id) : findRoleOwner(tx, found.id);
}

function anySession(name: string, now: Date): Session {
  return {
    name,
    issuedAt: now,
    expiresAt: now,
    policies: [],
    policyArns: [],
    tags: {},
    transitiveTagKeys: [],
    isChained: false,
  };
}
