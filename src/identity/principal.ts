/** Who is calling. `arn` and `userId` are what GetCallerIdentity says. */
export type Principal = Root | User | RoleSession | FederatedUser;

interface Called {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  /** What signed. */
  readonly accessKeyId: string;
  /** Of the account's users, groups, roles and policies, when the caller was looked up: see `AccountRow`. */
  readonly identityVersion: number;
}

export interface Root extends Called {
  readonly kind: 'root';
  /** Of GetSessionToken. */
  readonly session?: Session | undefined;
}

export interface User extends Called {
  readonly kind: 'user';
  readonly user: Named;
  /** Of GetSessionToken. */
  readonly session?: Session | undefined;
}

export interface RoleSession extends Called {
  readonly kind: 'role-session';
  readonly role: Named;
  readonly session: Session;
}

/** Of GetFederationToken: he may what `user` may, as far as the session's policies go. */
export interface FederatedUser extends Called {
  readonly kind: 'federated-user';
  readonly user: Named;
  readonly session: Session;
}

/** An IAM user or role. */
export interface Named {
  /** The unique id, which a namesake does not have. */
  readonly id: string;
  readonly arn: string;
  readonly name: string;
}

/** What temporary credentials carry. */
export interface Session {
  /** RoleSessionName, or the name of the federated user; empty of GetSessionToken. */
  readonly name: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Documents that were passed; together with `policyArns` they bound the session. Neither: nothing bounds it. */
  readonly policies: readonly string[];
  readonly policyArns: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string | undefined;
  /** ARN of the OIDC provider that vouched for it. */
  readonly federatedProvider?: string | undefined;
  /** Whether its caller was a session already. */
  readonly isChained: boolean;
}
