import type { Caller } from '../identity/caller.ts';
import { resolvePrincipals } from '../identity/name-principals.ts';
import { addGrant, countGrants, grantsNamed } from '../storage/metadata/kms-grants.ts';
import { holdKey } from '../storage/metadata/kms-keys.ts';
import type { KmsGrantRow } from '../storage/metadata/kms-tables.ts';
import type { World } from '../world.ts';
import { keyFor } from './authorize-key.ts';
import { checkGranted } from './check-grant.ts';
import type { Key } from './find-key.ts';
import type { Granted } from './grant.ts';
import type { Conditions } from './key-conditions.ts';
import { mustBeEnabled } from './key-state.ts';
import { KMS_LIMITS } from './limits.ts';
import { DryRun, InvalidArn, keyNotFound, LimitExceeded } from './refusals.ts';

export interface CreateGrant {
  readonly keyId: string;
  readonly grantee: string;
  readonly retiring?: string | undefined;
  readonly granted: Granted;
  readonly name?: string | undefined;
  readonly isDryRun?: boolean;
}

type Granting = Pick<World, 'metadata' | 'rootKey' | 'ids' | 'clock' | 'log' | 'rules'>;

/**
 * Gives a principal a right to a key. With a name the same grant again is the one that there is. Who may only by a grant
 * himself passes on no more than he has.
 *
 * @throws NotFound, InvalidArn, AccessDenied, Invalid, KeyDisabled, InvalidState, LimitExceeded, DryRun
 */
export async function createGrant(
  world: Granting,
  caller: Caller,
  input: CreateGrant,
  limit = KMS_LIMITS.grantsPerKey,
): Promise<string> {
  const { keyId, granted, grantee, retiring } = input;
  const key = await keyFor(world, caller, {
    keyId,
    action: 'CreateGrant',
    conditions: grantConditions(input),
    passesOn: granted,
  });
  mustBeEnabled(key.row);
  checkGranted(key.row, granted);
  const ids = await idsOf(world, [grantee, ...(retiring === undefined ? [] : [retiring])]);
  if (input.isDryRun) throw DryRun({});
  const row = grantRow(world, caller, key, {
    ...input,
    granteeId: ids(grantee),
    retiringId: retiring && ids(retiring),
  });
  return world.metadata.write(async (tx) => {
    const now = await holdKey(tx, key.row.key_id);
    if (!now) throw keyNotFound(key.arn);
    mustBeEnabled(now);
    const same = row.name === null ? [] : await grantsNamed(tx, now.key_id, row.name);
    const known = same.find((it) => isSame(it, row));
    if (known) return known.grant_id;
    if ((await countGrants(tx, now.key_id)) >= limit) {
      throw LimitExceeded({ what: `${key.arn} cannot have more than ${limit} grants.` });
    }
    await addGrant(tx, row);
    return row.grant_id;
  });
}

/** The condition keys of CreateGrant. */
export function grantConditions({ granted, grantee, retiring }: CreateGrant, isForAws = false): Conditions {
  const { constraints, operations } = granted;
  const isService = (name: string) => !name.startsWith('arn:');
  return [
    ['kms:GrantOperations', operations],
    [isService(grantee) ? 'kms:GranteeServicePrincipal' : 'kms:GranteePrincipal', grantee],
    ...(retiring === undefined
      ? []
      : [[isService(retiring) ? 'kms:RetiringServicePrincipal' : 'kms:RetiringPrincipal', retiring] as const]),
    ...(constraints === undefined ? [] : [['kms:GrantConstraintType', Object.keys(constraints)] as const]),
    ['kms:GrantIsForAWSResource', String(isForAws)],
  ];
}

/** The row of a grant; nothing is stored. */
export function grantRow(
  { ids, clock }: Pick<World, 'ids' | 'clock'>,
  { principal }: Pick<Caller, 'principal'>,
  { row }: Pick<Key, 'row'>,
  input: Omit<CreateGrant, 'keyId'> & {
    readonly granteeId?: string | undefined;
    readonly retiringId?: string | undefined;
    readonly repositoryId?: string | undefined;
  },
): KmsGrantRow {
  const { operations, constraints } = input.granted;
  return {
    grant_id: ids.bytes(32).toString('hex'),
    key_id: row.key_id,
    name: input.name ?? null,
    grantee: input.grantee,
    grantee_id: input.granteeId ?? null,
    retiring: input.retiring ?? null,
    retiring_id: input.retiringId ?? null,
    issuing_account: principal.account,
    operations: JSON.stringify(operations),
    constraints: constraints === undefined ? null : JSON.stringify(constraints),
    repository_id: input.repositoryId ?? null,
    created_at: clock.now().getTime(),
  };
}

/** Only principals that there are get grants, and get them by their ids. @throws InvalidArn */
async function idsOf(world: Granting, names: readonly string[]): Promise<(name: string) => string | undefined> {
  const wrong = names.find((it) => !/^arn:[a-z0-9-]+:(?:iam|sts)::[0-9]{12}:.+$/.test(it));
  if (wrong !== undefined) throw InvalidArn({ what: `${wrong} is not the ARN of a principal.` });
  const { ids, unknown } = await world.metadata.read((tx) => resolvePrincipals(tx, names, world.rules));
  if (unknown.length > 0) throw InvalidArn({ what: `ARN does not refer to a valid principal: ${unknown.join(', ')}` });
  return (name) => ids[name];
}

function isSame(one: KmsGrantRow, other: KmsGrantRow): boolean {
  const members = [
    'grantee',
    'grantee_id',
    'retiring',
    'retiring_id',
    'issuing_account',
    'operations',
    'constraints',
  ] as const;
  return members.every((it) => one[it] === other[it]);
}
