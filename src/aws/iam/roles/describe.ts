import type { Role } from '../../../identity/iam/describe-role.ts';
import type { AttachedPermissionsBoundary, Role as RoleShape } from '../../model/iam.ts';

/** A role as GetRole answers it. */
export function wholeRole(role: Role): RoleShape {
  const { tags, boundaryArn, lastUsed } = role;
  return {
    ...listedRole(role),
    ...(boundaryArn !== undefined && { PermissionsBoundary: boundaryOf(boundaryArn) }),
    ...(tags.length > 0 && { Tags: tags }),
    RoleLastUsed: lastUsed ? { LastUsedDate: lastUsed.at, Region: lastUsed.region } : {},
  };
}

/** As lists and other things' answers show it: without tags, boundary and use. */
export function listedRole(role: Role): RoleShape {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: role.trustPolicy,
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionDuration,
  };
}

export function boundaryOf(arn: string): AttachedPermissionsBoundary {
  return { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: arn };
}
