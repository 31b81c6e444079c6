import type { Group } from '../../../identity/iam/groups.ts';
import type { Group as GroupShape } from '../../model/iam.ts';

export function describeGroup({ path, name, id, arn, createdAt }: Group): GroupShape {
  return { Path: path, GroupName: name, GroupId: id, Arn: arn, CreateDate: createdAt };
}
