import { parsePolicy } from '../../policy/parse.ts';
import { changeIdentity } from '../../storage/metadata/accounts.ts';
import type { PolicyRow, PolicyVersionRow } from '../../storage/metadata/identity-tables.ts';
import {
  addPolicyVersion,
  changeManagedPolicy,
  policyVersions,
  removePolicyVersion,
} from '../../storage/metadata/managed-policies.ts';
import type { Reading } from '../../storage/metadata/port.ts';
import { awsManagedPolicy } from '../aws-managed-policies.ts';
import type { Iam } from './iam.ts';
import { getOwnPolicy } from './managed-policy.ts';
import { checkManagedPolicySize } from './policy-size.ts';
import { DeleteConflict, LimitExceeded, PolicyVersionNotFound } from './refusals.ts';

const VERSIONS_AT_MOST = 5;

export interface PolicyVersion {
  /** Such as `v3`; never given twice. */
  readonly id: string;
  readonly isDefault: boolean;
  readonly createdAt: Date;
  readonly document: string;
}

/**
 * Adds a version, which is in force at once where it is to be the default.
 *
 * @throws PolicyMalformed, QuotaExceeded, PolicyNotFound, AwsPolicyUnmodifiable, LimitExceeded (five are there)
 */
export async function createPolicyVersion(
  iam: Iam,
  account: string,
  policyArn: string,
  { document, isDefault }: { readonly document: string; readonly isDefault: boolean },
): Promise<PolicyVersion> {
  parsePolicy(document, 'identity');
  checkManagedPolicySize(document);
  const now = iam.clock.now();
  return iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const policy = await getOwnPolicy(iam, tx, account, policyArn);
    if ((await policyVersions(tx, policy.policy_id)).length >= VERSIONS_AT_MOST) {
      throw LimitExceeded({
        what: `A managed policy can have up to ${VERSIONS_AT_MOST} versions. Before you create a new version, you must delete an existing version.`,
      });
    }
    const version = policy.next_version;
    await addPolicyVersion(tx, { policy_id: policy.policy_id, version, document, created_at: now.getTime() });
    await changeManagedPolicy(tx, policy.policy_id, {
      next_version: version + 1,
      updated_at: now.getTime(),
      ...(isDefault && { default_version: version }),
    });
    return { id: `v${version}`, isDefault, createdAt: now, document };
  });
}

/** @throws PolicyNotFound, PolicyVersionNotFound, AwsPolicyUnmodifiable, InvalidInput */
export async function setDefaultVersion(
  iam: Iam,
  account: string,
  policyArn: string,
  versionId: string,
): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { policy, version } = await ownVersion(iam, tx, account, { policyArn, versionId });
    const updatedAt = iam.clock.now().getTime();
    await changeManagedPolicy(tx, policy.policy_id, { default_version: version.version, updated_at: updatedAt });
  });
}

/** @throws PolicyNotFound, PolicyVersionNotFound, AwsPolicyUnmodifiable, DeleteConflict (the default), InvalidInput */
export async function deletePolicyVersion(
  iam: Iam,
  account: string,
  policyArn: string,
  versionId: string,
): Promise<void> {
  await iam.metadata.write(async (tx) => {
    await changeIdentity(tx, account);
    const { policy, version } = await ownVersion(iam, tx, account, { policyArn, versionId });
    if (version.version === policy.default_version) {
      throw DeleteConflict({ reason: 'Cannot delete the default version of a policy.' });
    }
    await removePolicyVersion(tx, policy.policy_id, version.version);
  });
}

/** The newest first; of AWS's policies there is the one in force. @throws PolicyNotFound, InvalidInput */
export async function listPolicyVersions(iam: Iam, account: string, policyArn: string): Promise<PolicyVersion[]> {
  const aws = awsManagedPolicy(policyArn);
  if (aws) return [{ id: aws.versionId, isDefault: true, createdAt: aws.updatedAt, document: aws.document }];
  return iam.metadata.read(async (tx) => {
    const policy = await getOwnPolicy(iam, tx, account, policyArn);
    return (await policyVersions(tx, policy.policy_id)).map((row) => describeVersion(policy, row));
  });
}

/** @throws PolicyNotFound, PolicyVersionNotFound, InvalidInput */
export async function getPolicyVersion(
  iam: Iam,
  account: string,
  policyArn: string,
  versionId: string,
): Promise<PolicyVersion> {
  const found = (await listPolicyVersions(iam, account, policyArn)).find((it) => it.id === versionId);
  if (!found) throw PolicyVersionNotFound({ policyArn, versionId });
  return found;
}

export function describeVersion(policy: PolicyRow, row: PolicyVersionRow): PolicyVersion {
  return {
    id: `v${row.version}`,
    isDefault: row.version === policy.default_version,
    createdAt: new Date(row.created_at),
    document: row.document,
  };
}

async function ownVersion(
  iam: Iam,
  tx: Reading,
  account: string,
  { policyArn, versionId }: { readonly policyArn: string; readonly versionId: string },
): Promise<{ policy: PolicyRow; version: PolicyVersionRow }> {
  const policy = await getOwnPolicy(iam, tx, account, policyArn);
  const version = (await policyVersions(tx, policy.policy_id)).find((it) => `v${it.version}` === versionId);
  if (!version) throw PolicyVersionNotFound({ policyArn, versionId });
  return { policy, version };
}
