import type { InstanceProfile } from '../../../identity/iam/instance-profiles.ts';
import type { InstanceProfile as InstanceProfileShape } from '../../model/iam.ts';
import { listedRole } from '../roles/describe.ts';

/** An instance profile as GetInstanceProfile answers it. */
export function wholeProfile(profile: InstanceProfile): InstanceProfileShape {
  return { ...listedProfile(profile), ...(profile.tags.length > 0 && { Tags: profile.tags }) };
}

/** As lists show it: without tags. */
export function listedProfile(profile: InstanceProfile): InstanceProfileShape {
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: profile.createdAt,
    Roles: profile.role ? [listedRole(profile.role)] : [],
  };
}
