import { parsePolicy } from '../../policy/parse.ts';
import { changeIdentity } from '../../storage/metadata/accounts.ts';
import type { PolicyRow } from '../../storage/metadata/identity-tables.ts';
import {
  addManagedPolicy,
  addPolicyVersion,
  countManagedPolicies,
  managedPoliciesOf,
  type PolicyUse,
  policyUse,
  policyVersions,
  removeManagedPolicy,
} from '../../storage/metadata/managed-policies.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { type AwsManagedPolicy, awsManagedPolicy, listAwsManagedPolicies } from '../aws-managed-policies.ts';
import { newUniqueId } from '../new-ids.ts';
import { type Iam, iamArn } from './iam.ts';
import { getOwnPolicy, parsePolicyArn } from './managed-policy.ts';
import { checkManagedPolicySize } from './policy-size.ts';
import { DeleteConflict, PolicyAlreadyExists, QuotaExceeded } from './refusals.ts';
import { addTags, type IamTag, removeTags, tagsOf } from './tags.ts';

const POLICIES_AT_MOST = 1_500;

/** A managed policy as answers describe it: the account's own, or one of AWS's. */
export interface ManagedPolicy {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly description: string | undefined;
  /** Such as `v1`. */
  readonly defaultVersionId: string;
  readonly isOfAws: boolean;
  /** To how many users, groups and roles of the asking account it is attached, and how many it bounds. */
  readonly use: PolicyUse;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly tags: readonly IamTag[];
}

export interface NewPolicy {
  readonly name: string;
  readonly path?: string | undefined;
  readonly description?: string | undefined;
  readonly document: string;
  readonly tags?: readonly IamTag[] | undefined;
}

/** @throws PolicyMalformed, QuotaExceeded, PolicyAlreadyExists, InvalidInput (tags), LimitExceeded */
export async function createPolicy(iam: Iam, account: string, policy: NewPolicy): Promise<ManagedPolicy> {
  const { name, path = '/', document, tags = [] } = policy;
  parsePolicy(document, 'identity');
  checkManagedPolicySize(document);
  const now = iam.clock.now().getTime();
  const row: PolicyRow = {
    policy_id: newUniqueId(iam.ids, 'ANPA'),
    account,
    name,
    name_key: name.toLowerCase(),
    path,
    description: policy.description ?? null,
    default_version: 1,
    next_version: 2,
    created_at: now,
    updated_at: now,
  };
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const count = await countManagedPolicies(tx, account);
    if (!(await addManagedPolicy(tx, row))) throw PolicyAlreadyExists({ policyName: name });
    if (count >= POLICIES_AT_MOST) throw QuotaExceeded({ quota: 'PoliciesPerAccount', limit: POLICIES_AT_MOST });
    await addPolicyVersion(tx, { policy_id: row.policy_id, version: 1, document, created_at: now });
    await addTags(tx, row.policy_id, tags);
    return describeOwn(iam, row, NOT_USED, await tagsOf(tx, row.policy_id));
  });
}

/** @throws PolicyNotFound, InvalidInput */
export async function getPolicy(iam: Iam, account: string, policyArn: string): Promise<ManagedPolicy> {
  parsePolicyArn(iam, policyArn);
  return iam.metadata.read(async (tx) => {
    const use = (await policyUse(tx, account, policyArn)).get(policyArn) ?? NOT_USED;
    const aws = awsManagedPolicy(policyArn);
    if (aws) return describeAws(iam, aws, use);
    const row = await getOwnPolicy(iam, tx, account, policyArn);
    return describeOwn(iam, row, use, await tagsOf(tx, row.policy_id));
  });
}

/** Which policies a list is to have. */
export interface PolicyFilter {
  readonly scope: 'All' | 'AWS' | 'Local';
  readonly onlyAttached: boolean;
  readonly pathPrefix: string;
  /** How those are used that are listed; undefined: in whatever way, or not at all. */
  readonly usage: 'PermissionsPolicy' | 'PermissionsBoundary' | undefined;
}

/** The policies of the account and of AWS by name, without their tags. */
export async function listPolicies(iam: Iam, account: string, filter: PolicyFilter): Promise<ManagedPolicy[]> {
  const all = await iam.metadata.read((tx) => allPolicies(iam, tx, account));
  return all.filter((it) => {
    if (filter.scope !== 'All' && it.isOfAws !== (filter.scope === 'AWS')) return false;
    if (!it.path.startsWith(filter.pathPrefix)) return false;
    if (filter.usage === 'PermissionsPolicy' && it.use.attached === 0) return false;
    if (filter.usage === 'PermissionsBoundary' && it.use.bounding === 0) return false;
    return !filter.onlyAttached || it.use.attached > 0;
  });
}

/** All managed policies that can be used in the account, by name. */
export async function allPolicies(iam: Pick<Iam, 'rules'>, tx: Reading, account: string): Promise<ManagedPolicy[]> {
  const use = await policyUse(tx, account);
  const own = (await managedPoliciesOf(tx, account)).map((row) => describeOwn(iam, row, NOT_USED, []));
  const ofAws = listAwsManagedPolicies().map((it) => describeAws(iam, it, NOT_USED));
  return [...own, ...ofAws]
    .map((it) => ({ ...it, use: use.get(it.arn) ?? NOT_USED }))
    .sort((a, b) => (policyPosition(a) < policyPosition(b) ? -1 : 1));
}

/** Where a policy stands in lists: the account may have one of the name of one of AWS's. */
export function policyPosition({ name, isOfAws }: ManagedPolicy): string {
  return `${name.toLowerCase()} ${isOfAws ? 'aws' : 'own'}`;
}

/** @throws PolicyNotFound, AwsPolicyUnmodifiable, DeleteConflict, InvalidInput */
export async function deletePolicy(iam: Iam, account: string, policyArn: string): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { policy_id: id } = await getOwnPolicy(iam, tx, account, policyArn);
    if ((await policyUse(tx, account, policyArn)).size > 0) {
      throw DeleteConflict({ reason: 'Cannot delete a policy attached to entities.' });
    }
    if ((await policyVersions(tx, id)).length > 1) {
      throw DeleteConflict({
        reason:
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      });
    }
    await removeTags(tx, id);
    await removeManagedPolicy(tx, id);
  });
}

const NOT_USED: PolicyUse = { attached: 0, bounding: 0 };

function describeOwn(iam: Pick<Iam, 'rules'>, row: PolicyRow, use: PolicyUse, tags: readonly IamTag[]): ManagedPolicy {
  return {
    id: row.policy_id,
    arn: iamArn(iam, 'policy', row),
    name: row.name,
    path: row.path,
    description: row.description ?? undefined,
    defaultVersionId: `v${row.default_version}`,
    isOfAws: false,
    use,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    tags,
  };
}

function describeAws(iam: Pick<Iam, 'rules'>, policy: AwsManagedPolicy, use: PolicyUse): ManagedPolicy {
  return {
    id: policy.id,
    arn: iamArn(iam, 'policy', { account: 'aws', path: policy.path, name: policy.name }),
    name: policy.name,
    path: policy.path,
    description: policy.description,
    defaultVersionId: policy.versionId,
    isOfAws: true,
    use,
    createdAt: policy.createdAt,
    updatedAt: policy.updatedAt,
    tags: [],
  };
}
