import type { ManagedPolicy } from '../../../identity/iam/managed-policies.ts';
import type { PolicyVersion } from '../../../identity/iam/policy-versions.ts';
import type { Policy, PolicyVersion as PolicyVersionShape } from '../../model/iam.ts';

/** A managed policy as GetPolicy answers it. */
export function wholePolicy(policy: ManagedPolicy): Policy {
  return {
    ...listedPolicy(policy),
    ...(policy.description !== undefined && { Description: policy.description }),
    ...(policy.tags.length > 0 && { Tags: policy.tags }),
  };
}

/** As ListPolicies shows it: without description and tags. */
export function listedPolicy(policy: ManagedPolicy): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: policy.use.attached,
    PermissionsBoundaryUsageCount: policy.use.bounding,
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.updatedAt,
  };
}

/** A version as GetPolicyVersion answers it. */
export function wholeVersion(version: PolicyVersion): PolicyVersionShape {
  return { Document: version.document, ...listedVersion(version) };
}

/** As lists show it: without its document. */
export function listedVersion({ id, isDefault, createdAt }: PolicyVersion): PolicyVersionShape {
  return { VersionId: id, IsDefaultVersion: isDefault, CreateDate: createdAt };
}
