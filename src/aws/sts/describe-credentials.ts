import type { TemporaryCredentials } from '../../identity/sessions.ts';
import type { AssumedRole } from '../../identity/sts/role-session.ts';
import type { PassedPolicies } from '../../identity/sts/session-policies.ts';
import type { AssumeRoleResponse, Credentials, PolicyDescriptorType } from '../model/sts.ts';

export function describeCredentials(credentials: TemporaryCredentials): Credentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials;
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiresAt,
  };
}

/** The new session, as all operations that give one of a role answer. */
export function describeRole({
  credentials,
  id,
  arn,
  packedPolicySize,
  sourceIdentity,
}: AssumedRole): Required<Pick<AssumeRoleResponse, 'Credentials' | 'AssumedRoleUser'>> & AssumeRoleResponse {
  return {
    Credentials: describeCredentials(credentials),
    AssumedRoleUser: { AssumedRoleId: id, Arn: arn },
    ...describePacked(packedPolicySize),
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
  };
}

export function describePacked(percent: number | undefined): { PackedPolicySize?: number } {
  return percent === undefined ? {} : { PackedPolicySize: percent };
}

/** The policies that an input passes to the session. */
export function passedBy({
  Policy: policy,
  PolicyArns: arns = [],
}: {
  readonly Policy?: string;
  readonly PolicyArns?: readonly PolicyDescriptorType[];
}): PassedPolicies {
  return { policy, policyArns: arns.flatMap(({ arn }) => arn ?? []) };
}
