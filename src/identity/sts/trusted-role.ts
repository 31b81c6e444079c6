import { compilePolicy } from '../../policy/compile.ts';
import type { CompiledPolicy, ResourcePolicy } from '../../policy/types.ts';
import { findAccount } from '../../storage/metadata/accounts.ts';
import type { RoleRow } from '../../storage/metadata/identity-tables.ts';
import { identityTags } from '../../storage/metadata/identity-tags.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { findRole } from '../../storage/metadata/roles.ts';
import { partitionOf } from '../../values/arn.ts';
import { parseIdentityArn } from '../../values/identity-arn.ts';
import type { World } from '../../world.ts';
import { epochOf } from '../find-signer.ts';

/** A role that somebody asks for a session of. */
export interface TrustedRole {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  readonly arn: string;
  /** Who may have one. */
  readonly trust: ResourcePolicy;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly maxSeconds: number;
  /** What sessions carry: see `epochOf`. */
  readonly epoch: string;
}

/** The role with this ARN, spelt as it is; undefined when there is none, or when its account is closed. */
export async function findTrustedRole(
  world: Pick<World, 'metadata' | 'rules'>,
  arn: string,
): Promise<TrustedRole | undefined> {
  const parts = parseIdentityArn(arn);
  if (parts?.type !== 'role' || parts.partition !== partitionOf(world.rules.regions[0])) return undefined;
  const found = await world.metadata.read((tx) => openRole(tx, parts.account, parts.name));
  if (found?.row.name !== parts.name || found.row.path !== parts.path) return undefined;
  const { row, tags } = found;
  return {
    id: row.role_id,
    account: row.account,
    name: row.name,
    arn,
    trust: trustPolicy(compiledTrust(world.metadata, row)),
    tags,
    maxSeconds: row.max_session_duration,
    epoch: epochOf({ key_epoch: null, owner_epoch: row.token_epoch }),
  };
}

async function openRole(tx: Reading, account: string, name: string) {
  const row = await findRole(tx, account, name);
  if (!row || (await findAccount(tx, account))?.closed_at !== null) return undefined;
  return { row, tags: await identityTags(tx, row.role_id) };
}

/** A trust policy as the engine takes it. */
export function trustPolicy(policy: CompiledPolicy): ResourcePolicy {
  return { policy, id: 'trust', source: 'resource', kind: 'trust' };
}

interface Kept {
  readonly text: string;
  readonly principals: string;
  readonly policy: CompiledPolicy;
}

const kept = new WeakMap<World['metadata'], Map<string, Kept>>();
const KEPT_AT_MOST = 1_000;

/** Compiled once for as long as the text, which was read just now, is the same. */
function compiledTrust(metadata: World['metadata'], row: RoleRow): CompiledPolicy {
  const known = kept.getOrInsertComputed(metadata, () => new Map());
  const { role_id: id, trust_policy: text, trust_principals: principals } = row;
  const seen = known.get(id);
  if (seen?.text === text && seen.principals === principals) return seen.policy;
  const ids = JSON.parse(principals) as Record<string, string>;
  const policy = compilePolicy(text, new Map(Object.entries(ids)));
  if (known.size >= KEPT_AT_MOST) known.clear();
  known.set(id, { text, principals, policy });
  return policy;
}
