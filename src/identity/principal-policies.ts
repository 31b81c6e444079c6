import { compilePolicy, EMPTY_POLICY } from '../policy/compile.ts';
import type { Attached } from '../policy/types.ts';
import type { Reading } from '../storage/metadata/port.ts';
import {
  managedPolicyDocument,
  type PrincipalPolicyRow,
  principalPolicies,
} from '../storage/metadata/principal-policies.ts';
import { parseIdentityArn } from '../values/identity-arn.ts';
import type { World } from '../world.ts';
import { policyOwnerOf } from './asker.ts';
import { awsManagedPolicy } from './aws-managed-policies.ts';
import type { Principal } from './principal.ts';

/** What the account's own policies say of a principal, tags of the user or role included. */
export interface IdentityPolicies {
  readonly identity: readonly Attached[];
  readonly boundary: Attached | undefined;
  readonly session: readonly Attached[] | undefined;
  /** Tags of the user or role; those of the session stand in front of them. */
  readonly tags: ReadonlyMap<string, string>;
}

const NONE: IdentityPolicies = { identity: [], boundary: undefined, session: undefined, tags: new Map() };

/**
 * The policies of the caller, compiled. They are kept under the version of the account's identities that the caller was
 * looked up with: after a change the next request has another version, on every node.
 */
export async function identityPoliciesOf(
  world: Pick<World, 'metadata'>,
  principal: Principal,
): Promise<IdentityPolicies> {
  const owner = policyOwnerOf(principal);
  if (owner === undefined) return NONE;
  const cache = caches.getOrInsertComputed(world.metadata, () => new Map());
  const key = keyOf(principal, owner);
  const known = cache.get(key);
  if (known?.version === principal.identityVersion) return known.policies;
  const policies = await world.metadata.read((tx) => load(tx, principal, owner));
  if (cache.size >= KEPT_AT_MOST) cache.clear();
  cache.set(key, { version: principal.identityVersion, policies });
  return policies;
}

interface Kept {
  readonly version: number;
  readonly policies: IdentityPolicies;
}

const caches = new WeakMap<World['metadata'], Map<string, Kept>>();
const KEPT_AT_MOST = 2_000;

/** A session with policies or tags of its own has an entry of its own. */
function keyOf({ session, accessKeyId }: Principal, owner: string): string {
  const isPlain = session === undefined || (session.policies.length === 0 && session.policyArns.length === 0);
  return isPlain && session?.name === undefined ? owner : `${owner} ${accessKeyId}`;
}

async function load(tx: Reading, principal: Principal, owner: string): Promise<IdentityPolicies> {
  const { identity, boundary, tags } = await policiesOn(tx, principal.account, owner);
  const ofSession = Object.entries(principal.session?.tags ?? {}).map(
    ([key, value]) => [key.toLowerCase(), value] as const,
  );
  return { identity, boundary, session: await sessionPolicies(tx, principal), tags: new Map([...tags, ...ofSession]) };
}

/** What is on the user, group or role of the account with this id, and on the user's groups. */
export async function policiesOn(tx: Reading, account: string, id: string): Promise<Omit<IdentityPolicies, 'session'>> {
  const { policies, boundaryArn, tags } = await principalPolicies(tx, id);
  return {
    identity: policies.flatMap((row) => attachedOf(row) ?? []),
    boundary: boundaryArn === null ? undefined : await managed(tx, account, boundaryArn),
    tags: new Map(tags.map(([key, value]) => [key.toLowerCase(), value])),
  };
}

function attachedOf({ entity_id: id, name, document, is_inline: isInline }: PrincipalPolicyRow): Attached | undefined {
  if (isInline)
    return document === null ? undefined : { policy: compilePolicy(document), id: name, source: sourceOf(id) };
  if (document !== null) return { policy: compilePolicy(document), id: name, source: 'user-managed' };
  return ofAws(name);
}

function sourceOf(entityId: string): 'user' | 'group' | 'role' {
  if (entityId.startsWith('AGPA')) return 'group';
  return entityId.startsWith('AROA') ? 'role' : 'user';
}

/** A federated user who was passed none may do nothing by his session; any other session is not bounded then. */
async function sessionPolicies(tx: Reading, { kind, account, session }: Principal): Promise<Attached[] | undefined> {
  if (!session) return undefined;
  const isBounded = session.policies.length > 0 || session.policyArns.length > 0 || kind === 'federated-user';
  if (!isBounded) return undefined;
  const passed = session.policies.map(
    (document): Attached => ({ policy: compilePolicy(document), id: 'session', source: 'none' }),
  );
  for (const arn of session.policyArns) passed.push(await managed(tx, account, arn));
  return passed;
}

/** A managed policy of AWS's or of the account by its ARN. One that is gone allows nothing: a boundary that cannot be read is not the absence of one. */
async function managed(tx: Reading, account: string, arn: string): Promise<Attached> {
  const aws = ofAws(arn);
  if (aws) return aws;
  const parts = parseIdentityArn(arn);
  const isOwn = parts?.type === 'policy' && parts.account === account;
  const document = isOwn ? await managedPolicyDocument(tx, parts) : undefined;
  return { policy: document === undefined ? EMPTY_POLICY : compilePolicy(document), id: arn, source: 'user-managed' };
}

function ofAws(arn: string): Attached | undefined {
  const policy = awsManagedPolicy(arn);
  return policy && { policy: policy.compiled, id: arn, source: 'aws-managed' };
}
