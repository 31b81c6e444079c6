/** Values of condition keys, by the keys' names in lower case. What is not there is a missing key. */
export type Context = Pick<ReadonlyMap<string, string | readonly string[]>, 'get' | 'has' | typeof Symbol.iterator>;

/** Who asks, as policies see him. `arn` is that of GetCallerIdentity. */
export type Asker =
  | { readonly kind: 'root'; readonly account: string; readonly arn: string }
  | { readonly kind: 'user'; readonly account: string; readonly arn: string; readonly userId: string }
  | {
      readonly kind: 'role-session';
      readonly account: string;
      readonly arn: string;
      readonly role: { readonly arn: string; readonly id: string };
    }
  | {
      readonly kind: 'federated-user';
      readonly account: string;
      readonly arn: string;
      readonly user: { readonly arn: string; readonly id: string };
    }
  /** An actor inside the installation, such as `replication.ecr.amazonaws.com`, for `account`. */
  | { readonly kind: 'service'; readonly account: string; readonly arn: string; readonly service: string }
  /** The bearer of a web identity token, before he has a session: `arn` is that of the OIDC provider. */
  | { readonly kind: 'web-identity'; readonly account: string; readonly arn: string }
  | { readonly kind: 'anonymous'; readonly account: ''; readonly arn: '' };

export interface PolicyRequest {
  readonly asker: Asker;
  /** Such as `ecr:PutImage`. */
  readonly action: string;
  /** An ARN, or `*` for what has no resource; and the account that owns it. */
  readonly resource: { readonly arn: string; readonly account: string };
  readonly context: Context;
}

/** What kind of policy a document is: what it may say, and how it counts. */
export type PolicyKind = 'identity' | 'trust' | 'repository' | 'registry' | 'key';

/** Where a document comes from, as IAM's simulations call it. */
export type PolicySource = 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed' | 'resource' | 'none';

/** A document as the engine uses it. Made by `compilePolicy`; the same object may serve any number of requests. */
export interface CompiledPolicy {
  readonly statements: readonly CompiledStatement[];
  /** Names of the condition keys that it looks at, variables included, in lower case. */
  readonly contextKeys: ReadonlySet<string>;
  /** Those statements that may be about an action of the service (`ecr`), in the order of the document. */
  statementsFor(service: string): readonly CompiledStatement[];
}

/** A request whose names were taken apart once, for all statements that look at it. Made by `prepare`. */
export interface PreparedRequest extends PolicyRequest {
  /** The action's part before the colon, in lower case; and the one behind it. */
  readonly service: string;
  readonly operation: string;
  /** The six parts of the resource's ARN; undefined of `*`, and of what is no ARN. */
  readonly arnParts: ArnParts | undefined;
}

/** Partition, service, region, account and resource, behind `arn`. */
export type ArnParts = readonly [string, string, string, string, string, string];

export interface CompiledStatement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Where it stands in the document's text, counted from 1. */
  readonly start: Position;
  readonly end: Position;
  /** The condition keys that it looks at, as they are written there, variables included. */
  readonly contextKeys: readonly string[];
  readonly conditions: readonly CompiledCondition[];
  /** Whether it can be one of a document on who asks: it names resources, and no principals. */
  readonly isForIdentity: boolean;
  matchesAction(request: PreparedRequest): boolean;
  /** True where the statement names no resource, as in trust policies. */
  matchesResource(request: PreparedRequest): boolean;
  /** How the asker is among its principals; undefined when he is not, or when the statement names none. */
  principalMatch(request: PreparedRequest): PrincipalMatch | undefined;
}

/** One condition key under one operator: `{ "StringEquals": { "aws:PrincipalTag/team": ["web"] } }`. */
export interface CompiledCondition {
  readonly operator: string;
  /** As it is written in the document. */
  readonly key: string;
  readonly values: readonly string[];
  isMet(context: Context): boolean;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What names the asker, from the nearest to the widest. */
export type PrincipalMatch = 'session' | 'user' | 'role' | 'account' | 'everyone' | 'service' | 'federated';

/** A document and what it is called in explanations: of a managed policy its ARN, of an inline one its name. */
export interface Attached {
  readonly policy: CompiledPolicy;
  readonly id: string;
  readonly source: PolicySource;
}

export interface ResourcePolicy extends Attached {
  readonly kind: 'trust' | 'repository' | 'registry' | 'key';
}

/** All documents that count for one request. */
export interface PolicySet {
  readonly identity: readonly Attached[];
  /** undefined: not bounded. */
  readonly boundary?: Attached | undefined;
  /** undefined: no session policies were passed. Of a federated user: an empty list then. */
  readonly session?: readonly Attached[] | undefined;
  readonly resource: readonly ResourcePolicy[];
}

/** Which kind of policy decided. `root`: the account's root needs none. */
export type DecidedBy = 'identity' | 'boundary' | 'session' | 'resource' | 'trust' | 'root';

export interface Decision {
  readonly isAllowed: boolean;
  /** Of a denial: whether a statement says Deny; otherwise none allows it. */
  readonly isExplicit: boolean;
  readonly by: DecidedBy;
  /** The statements that decided: those that deny, or those that allow. */
  readonly statements: readonly MatchedStatement[];
}

export interface MatchedStatement {
  readonly policy: Attached;
  readonly statement: CompiledStatement;
}
