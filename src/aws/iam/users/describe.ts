import type { TaggedUser, User } from '../../../identity/iam/users.ts';
import type { User as UserShape } from '../../model/iam.ts';
import { boundaryOf } from '../roles/describe.ts';

/** A user as GetUser answers him. */
export function wholeUser(user: TaggedUser): UserShape {
  const { boundaryArn, tags } = user;
  return {
    ...listedUser(user),
    ...(boundaryArn !== undefined && { PermissionsBoundary: boundaryOf(boundaryArn) }),
    ...(tags.length > 0 && { Tags: tags }),
  };
}

/** As lists show him: without tags and boundary. */
export function listedUser({ path, name, id, arn, createdAt, passwordLastUsed }: User): UserShape {
  return {
    Path: path,
    UserName: name,
    UserId: id,
    Arn: arn,
    CreateDate: createdAt,
    ...(passwordLastUsed && { PasswordLastUsed: passwordLastUsed }),
  };
}
