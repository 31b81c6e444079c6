/**
 * The rows of IAM. Ids are AWS's unique ids (`AIDA...`, `AROA...`), never given twice: what refers to a user, group, role
 * or policy refers to its id, so that a namesake made later inherits nothing. `name_key` is the name in lower case, in
 * which it is unique in its account.
 */
export interface IdentityTables {
  iam_users: UserRow;
  iam_login_profiles: LoginProfileRow;
  iam_groups: GroupRow;
  iam_group_members: GroupMemberRow;
  iam_roles: RoleRow;
  iam_policies: PolicyRow;
  iam_policy_versions: PolicyVersionRow;
  iam_attachments: AttachmentRow;
  iam_inline_policies: InlinePolicyRow;
  iam_instance_profiles: InstanceProfileRow;
  iam_oidc_providers: OidcProviderRow;
  iam_tags: IdentityTagRow;
  iam_role_deletions: RoleDeletionRow;
  resource_policies: ResourcePolicyRow;
}

export interface UserRow {
  user_id: string;
  account: string;
  name: string;
  name_key: string;
  path: string;
  created_at: number;
  /** ARN of the managed policy that bounds what the user may be allowed. */
  boundary_arn: string | null;
  /** Sessions and login tokens carry this number; raising it ends those that are out. */
  token_epoch: number;
  password_last_used: number | null;
}

/** What signs a user in to the console. */
export interface LoginProfileRow {
  user_id: string;
  /** The scrypt hash of the password, with its salt and cost. */
  password_hash: string;
  reset_required: number;
  created_at: number;
}

export interface GroupRow {
  group_id: string;
  account: string;
  name: string;
  name_key: string;
  path: string;
  created_at: number;
}

export interface GroupMemberRow {
  group_id: string;
  user_id: string;
}

export interface RoleRow {
  role_id: string;
  account: string;
  name: string;
  name_key: string;
  path: string;
  created_at: number;
  /** The trust policy as it was given. */
  trust_policy: string;
  /** JSON: ARN of a principal that the trust policy names -> its unique id when it was saved. */
  trust_principals: string;
  description: string | null;
  /** Seconds. */
  max_session_duration: number;
  boundary_arn: string | null;
  /** Sessions carry this number; raising it ends those that are out. */
  token_epoch: number;
  /** Of a service-linked role, whose it is: `replication.ecr.amazonaws.com`. Only that service changes it. */
  service: string | null;
  last_used_at: number | null;
  last_used_region: string | null;
}

/** A managed policy of an account; those of AWS are data of the program. */
export interface PolicyRow {
  policy_id: string;
  account: string;
  name: string;
  name_key: string;
  path: string;
  description: string | null;
  /** The number in `v1`. */
  default_version: number;
  /** Numbers are not given twice. */
  next_version: number;
  created_at: number;
  updated_at: number;
}

export interface PolicyVersionRow {
  policy_id: string;
  version: number;
  document: string;
  created_at: number;
}

/** A managed policy on a user, group or role. */
export interface AttachmentRow {
  /** Id of the user, group or role. */
  entity_id: string;
  account: string;
  policy_arn: string;
  /** Id of an account's own policy; null of one of AWS's. */
  policy_id: string | null;
}

export interface InlinePolicyRow {
  /** Id of the user, group or role. */
  entity_id: string;
  name: string;
  document: string;
}

export interface InstanceProfileRow {
  profile_id: string;
  account: string;
  name: string;
  name_key: string;
  path: string;
  created_at: number;
  role_id: string | null;
}

export interface OidcProviderRow {
  arn: string;
  account: string;
  /** Host and path, without scheme. */
  url: string;
  /** JSON list. */
  client_ids: string;
  /** JSON list; kept for those who ask, never used. */
  thumbprints: string;
  created_at: number;
}

/** A tag of a user, role, managed policy, instance profile (by id) or OIDC provider (by ARN). */
export interface IdentityTagRow {
  entity_id: string;
  /** The key in lower case, in which it is unique. */
  key_key: string;
  key: string;
  value: string;
}

/** What became of DeleteServiceLinkedRole. */
export interface RoleDeletionRow {
  task_id: string;
  account: string;
  status: 'SUCCEEDED' | 'FAILED';
  reason: string | null;
  created_at: number;
}

/** The policy of a repository (its id), of a registry (`account/region`) or of a KMS key (its ARN). */
export interface ResourcePolicyRow {
  kind: 'repository' | 'registry' | 'key';
  resource_id: string;
  document: string;
  /** JSON: ARN of a principal that the document names -> its unique id when it was saved. */
  principals: string;
  /** Another one at each change: a compiled policy is kept under it. */
  version: string;
  updated_at: number;
}
