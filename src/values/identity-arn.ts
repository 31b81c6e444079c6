/** What IAM names with a path: `arn:{partition}:iam::{account}:{type}{path}{name}`. */
export type IdentityType = 'user' | 'group' | 'role' | 'policy' | 'instance-profile';

export interface NamedIdentity {
  readonly account: string;
  /** `/`, or `/x/.../`. */
  readonly path: string;
  readonly name: string;
}

/** The ARN of a user, group, role, policy or instance profile. */
export function identityArn(partition: string, type: IdentityType, { account, path, name }: NamedIdentity): string {
  return `arn:${partition}:iam::${account}:${type}${path}${name}`;
}

/** The ARN under which a session of the role acts; it has no path. */
export function assumedRoleArn(partition: string, account: string, roleName: string, sessionName: string): string {
  return `arn:${partition}:sts::${account}:assumed-role/${roleName}/${sessionName}`;
}

export function federatedUserArn(partition: string, account: string, name: string): string {
  return `arn:${partition}:sts::${account}:federated-user/${name}`;
}

const IDENTITY_ARN = /^arn:([a-z0-9-]+):iam::([0-9]{12}|aws):(user|group|role|policy|instance-profile)((?:\/[^/]+)+)$/;

/** The parts of an ARN that `identityArn` makes; undefined when `arn` is another. `aws` is the account of AWS's policies. */
export function parseIdentityArn(
  arn: string,
): (NamedIdentity & { readonly partition: string; readonly type: IdentityType }) | undefined {
  const [, partition, account, type, rest] = IDENTITY_ARN.exec(arn) ?? [];
  if (partition === undefined || account === undefined || type === undefined || rest === undefined) return undefined;
  const end = rest.lastIndexOf('/') + 1;
  return { partition, account, type: type as IdentityType, path: rest.slice(0, end), name: rest.slice(end) };
}
