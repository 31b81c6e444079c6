import type { Caller } from '../identity/caller.ts';
import { locksOut } from '../identity/lock-out.ts';
import { showPrincipals } from '../identity/name-principals.ts';
import { type CheckedPolicy, checkPolicy, policyRow } from '../identity/policy-on-resource.ts';
import type { ResourcePolicyRow } from '../storage/metadata/identity-tables.ts';
import { holdKey } from '../storage/metadata/kms-keys.ts';
import { findResourcePolicy, putResourcePolicy } from '../storage/metadata/resource-policies.ts';
import type { World } from '../world.ts';
import type { Key } from './find-key.ts';
import { POLICY_CHARACTERS } from './limits.ts';
import { keyNotFound, LimitExceeded, MalformedPolicy, NotFound } from './refusals.ts';

/** The one policy that a key has. */
export const POLICY_NAME = 'default';

type Policies = Pick<World, 'metadata' | 'rules' | 'clock' | 'ids'>;

/**
 * Checks a document that shall be a key's policy; without `bypass` also that the caller could change it again.
 *
 * @throws LimitExceeded, MalformedPolicy
 */
export async function checkKeyPolicy(
  world: Policies,
  caller: Caller,
  arn: string,
  { text, bypass }: { readonly text: string; readonly bypass: boolean },
): Promise<CheckedPolicy> {
  if (text.length > POLICY_CHARACTERS) {
    throw LimitExceeded({ what: `A key policy cannot have more than ${POLICY_CHARACTERS} characters.` });
  }
  const policy = await checkPolicy(world, 'key', text, (why) => MalformedPolicy({ what: refusalText(why) }));
  const change = { action: 'kms:PutKeyPolicy', arn, kind: 'key', policy: policy.compiled } as const;
  if (!bypass && (await locksOut(world, caller, change))) {
    throw MalformedPolicy({ what: 'The new key policy will not allow you to update the key policy in the future.' });
  }
  return policy;
}

/** Terraform tries again after this very sentence: a principal may have been made a moment ago. */
function refusalText(why: string): string {
  return why.startsWith('There is no principal')
    ? 'Policy contains a statement with one or more invalid principals.'
    : why;
}

export function keyPolicyRow(world: Policies, arn: string, policy: CheckedPolicy): ResourcePolicyRow {
  return policyRow(world, { kind: 'key', resource_id: arn }, policy);
}

/** Puts another policy on the key. @throws LimitExceeded, MalformedPolicy, NotFound */
export async function putKeyPolicy(
  world: Policies,
  caller: Caller,
  key: Key,
  input: { readonly text: string; readonly bypass: boolean; readonly name: string | undefined },
): Promise<void> {
  mustBeDefault(input.name);
  const row = keyPolicyRow(world, key.arn, await checkKeyPolicy(world, caller, key.arn, input));
  await world.metadata.write(async (tx) => {
    if (!(await holdKey(tx, key.row.key_id))) throw keyNotFound(key.arn);
    await putResourcePolicy(tx, row);
  });
}

/** The key's policy as it was given; see `showPrincipals`. @throws NotFound */
export async function getKeyPolicy({ metadata, rules }: Policies, key: Key, name: string | undefined): Promise<string> {
  mustBeDefault(name);
  return metadata.read(async (tx) => {
    const row = await findResourcePolicy(tx, 'key', key.arn);
    if (!row) throw keyNotFound(key.arn);
    return showPrincipals(tx, row.document, JSON.parse(row.principals) as Record<string, string>, rules);
  });
}

function mustBeDefault(name: string | undefined): void {
  if (name !== undefined && name !== POLICY_NAME) throw NotFound({ what: `No such policy exists` });
}
