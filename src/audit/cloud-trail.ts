import type { Principal } from '../identity/principal.ts';
import type { Act, WebIdentity } from './act.ts';
import { masked } from './mask.ts';
import { isReadOnly } from './read-only.ts';

/** A record in the shape of CloudTrail. "CloudTrail record contents", eventVersion 1.11. What is undefined is not there. */
export type CloudTrailRecord = Readonly<Record<string, unknown>>;

interface Seen {
  /** In whose account the record is kept; undefined for those of nobody known. */
  readonly recipient: string | undefined;
  /** Where the caller's account and the resource's have a record each: the id that both carry. */
  readonly sharedEventId?: string | undefined;
  readonly eventId: string;
}

/** What became of `act`, as `seen` by one of the accounts that it concerns. */
export function cloudTrailRecord(act: Act, { recipient, sharedEventId, eventId }: Seen): CloudTrailRecord {
  const { name = '', error, request, region, resources } = act;
  const { tls } = request;
  const readOnly = isReadOnly(name);
  const named = resources.filter((it) => it.startsWith('arn:'));
  // Each member stands here whether it is there or not: every request is recorded, and spreading costs more than the rest.
  return {
    eventVersion: '1.11',
    userIdentity: act.webIdentity ? bearerOf(act.webIdentity) : identityOf(act.principal, recipient),
    eventTime: `${act.at.toISOString().slice(0, 19)}Z`,
    eventSource: act.source,
    eventName: name,
    awsRegion: region ?? '',
    sourceIPAddress: request.sourceIp ?? '',
    userAgent: request.userAgent ?? '',
    errorCode: error && cloudTrailCode(error.code),
    errorMessage: error?.message,
    requestParameters: masked(act.parameters ?? null),
    responseElements: readOnly || error ? null : masked(act.response ?? null),
    requestID: act.requestId,
    eventID: eventId,
    readOnly,
    resources:
      named.length > 0 ? named.map((ARN) => ({ ARN, accountId: accountOf(ARN), type: typeOf(ARN) })) : undefined,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: recipient,
    sharedEventID: sharedEventId,
    eventCategory: 'Management',
    tlsDetails: tls && {
      tlsVersion: tls.version,
      cipherSuite: tls.cipher,
      clientProvidedHostHeader: request.host ?? '',
    },
  };
}

function bearerOf({ providerArn, audience, subject }: WebIdentity): Record<string, unknown> {
  return {
    type: 'WebIdentityUser',
    principalId: `${providerArn}:${audience}:${subject}`,
    userName: subject,
    identityProvider: providerArn,
  };
}

/** A caller of another account is reduced to what an account may know of a stranger. */
function identityOf(principal: Principal | undefined, recipient: string | undefined): Record<string, unknown> {
  if (!principal) return { type: 'Unknown' };
  const { account: accountId, accessKeyId, userId: principalId, arn } = principal;
  if (recipient !== undefined && recipient !== accountId) return { type: 'AWSAccount', principalId, accountId };
  const called = { principalId, arn, accountId, accessKeyId };
  switch (principal.kind) {
    case 'root':
      return { type: 'Root', ...called };
    case 'user':
      return { type: 'IAMUser', ...called, userName: principal.user.name };
    case 'role-session':
      return {
        type: 'AssumedRole',
        ...called,
        sessionContext: sessionOf(principal, { type: 'Role', ...principal.role }),
      };
    case 'federated-user':
      return {
        type: 'FederatedUser',
        ...called,
        sessionContext: sessionOf(principal, { type: 'IAMUser', ...principal.user }),
      };
  }
}

function sessionOf(
  { account, session }: Principal & { kind: 'role-session' | 'federated-user' },
  issuer: { readonly type: string; readonly id: string; readonly arn: string; readonly name: string },
) {
  const { type, id: principalId, arn, name: userName } = issuer;
  return {
    sessionIssuer: { type, principalId, arn, accountId: account, userName },
    ...(session.federatedProvider !== undefined && {
      webIdFederationData: { federatedProvider: session.federatedProvider, attributes: {} },
    }),
    attributes: { creationDate: `${session.issuedAt.toISOString().slice(0, 19)}Z`, mfaAuthenticated: 'false' },
    ...(session.sourceIdentity !== undefined && { sourceIdentity: session.sourceIdentity }),
  };
}

/** The name by which events are looked up: of a user his, of a session that of the session. */
export function usernameOf(principal: Principal | undefined): string | null {
  switch (principal?.kind) {
    case undefined:
      return null;
    case 'root':
      return 'root';
    case 'user':
      return principal.user.name;
    case 'role-session':
    case 'federated-user':
      return principal.session.name;
  }
}

export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

const TYPES: Readonly<Record<string, string>> = {
  'ecr:repository': 'AWS::ECR::Repository',
  'kms:key': 'AWS::KMS::Key',
  'kms:alias': 'AWS::KMS::Alias',
  'iam:role': 'AWS::IAM::Role',
  'iam:user': 'AWS::IAM::User',
  'iam:group': 'AWS::IAM::Group',
  'iam:policy': 'AWS::IAM::Policy',
  'iam:instance-profile': 'AWS::IAM::InstanceProfile',
  'iam:oidc-provider': 'AWS::IAM::OIDCProvider',
};

export function typeOf(arn: string): string {
  const [, , service = '', , , resource = ''] = arn.split(':');
  return TYPES[`${service}:${resource.split('/')[0] ?? ''}`] ?? 'AWS::Resource';
}

/** CloudTrail writes denials without the JSON services' ending. */
function cloudTrailCode(code: string): string {
  return code === 'AccessDeniedException' ? 'AccessDenied' : code;
}
