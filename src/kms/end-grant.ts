import { isAllowed } from '../identity/authorize.ts';
import type { Caller } from '../identity/caller.ts';
import { findGrant, removeGrant } from '../storage/metadata/kms-grants.ts';
import type { KmsGrantRow } from '../storage/metadata/kms-tables.ts';
import { keyArn } from '../values/kms-arn.ts';
import type { Refusal } from '../values/refusal.ts';
import type { World } from '../world.ts';
import { keyPolicyOf, ownRegistry } from './authorize-key.ts';
import { type Finding, findKeyById, type Key, nameKey } from './find-key.ts';
import { grantedBy } from './grant.ts';
import { grantOfToken } from './grant-token.ts';
import { isNamed } from './grantees.ts';
import { callConditions, keyConditions } from './key-conditions.ts';
import { leaveToIam } from './leave-to-iam.ts';
import { DryRun, Invalid, NotFound, RetireDenied } from './refusals.ts';

export interface RetireGrant {
  readonly token?: string | undefined;
  readonly keyId?: string | undefined;
  readonly grantId?: string | undefined;
  readonly isDryRun?: boolean;
}

type Ending = Finding & Pick<World, 'secrets'>;

/**
 * Ends a grant that the caller has done with: as its retiring principal, as its grantee when RetireGrant is among its
 * operations, or for the account that issued it.
 *
 * @throws Invalid, InvalidArn, InvalidGrantToken, NotFound, RetireDenied, DryRun
 */
export async function retireGrant(world: Ending, caller: Caller, input: RetireGrant): Promise<void> {
  const { grantId, keyId } = namedGrant(world, caller, input);
  const grant = await world.metadata.read((tx) => findGrant(tx, grantId));
  if (!grant || (keyId !== undefined && grant.key_id !== keyId)) throw grantNotFound(grantId);
  const refused = await mayRetire(world, caller, grant);
  if (refused) throw refused;
  if (input.isDryRun) throw DryRun({});
  await world.metadata.write((tx) => removeGrant(tx, grantId));
}

/** Why the caller may not retire a grant; undefined when he may. */
export async function mayRetire(world: Finding, caller: Caller, grant: KmsGrantRow): Promise<Refusal | undefined> {
  const { principal } = caller;
  if (isNamed(principal, { as: 'retiring', grant })) return undefined;
  if (isNamed(principal, { as: 'grantee', grant }) && grantedBy(grant).operations.includes('RetireGrant')) {
    return undefined;
  }
  const key = await findKeyById(world, grant.key_id);
  if (key && grant.issuing_account === principal.account && (await issuerMay(world, caller, key))) return undefined;
  return RetireDenied({ principal: principal.arn, arn: key?.arn ?? keyArn(ownRegistry(caller), grant.key_id) });
}

/** For the issuing account its IAM policies decide; the key policy may still deny it. */
async function issuerMay(world: Finding, caller: Caller, key: Key): Promise<boolean> {
  const { account } = caller.principal;
  return isAllowed(world, caller, {
    action: 'kms:RetireGrant',
    resources: [key.arn],
    conditions: [...callConditions(caller), ...keyConditions(key)],
    resourcePolicies: [leaveToIam({ account, region: key.row.region }), ...(await keyPolicyOf(world, key))],
  });
}

/** Ends a grant on a key at the wish of whoever rules the key. @throws NotFound, DryRun */
export async function revokeGrant(
  { metadata }: Pick<World, 'metadata'>,
  key: Key,
  { grantId, isDryRun }: { readonly grantId: string; readonly isDryRun: boolean },
): Promise<void> {
  const grant = await metadata.read((tx) => findGrant(tx, grantId));
  if (grant?.key_id !== key.row.key_id) throw grantNotFound(grantId);
  if (isDryRun) throw DryRun({});
  await metadata.write((tx) => removeGrant(tx, grantId));
}

function grantNotFound(grantId: string) {
  return NotFound({ what: `Grant ID ${grantId} not found` });
}

/** @throws Invalid, InvalidArn, NotFound, InvalidGrantToken */
function namedGrant(world: Ending, caller: Caller, { token, keyId, grantId }: RetireGrant) {
  if (token !== undefined && keyId === undefined && grantId === undefined) {
    return { grantId: grantOfToken(world, token), keyId: undefined };
  }
  if (token !== undefined || keyId === undefined || grantId === undefined) {
    throw Invalid({ what: 'You must specify either a grant token, or a key ID and a grant ID.' });
  }
  return { grantId, keyId: nameKey(keyId, ownRegistry(caller), 'keys').id };
}
