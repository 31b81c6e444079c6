import type { Principal } from '../identity/principal.ts';
import type { Act, WebIdentity } from './act.ts';
import { masked } from './mask.ts';
import { isReadOnly } from './read-only.ts';

/** A record in the shape of CloudTrail. "CloudTrail record contents", eventVersion 1.11. */
export interface CloudTrailRecord extends Readonly<Record<string, unknown>> {
  readonly eventID: string;
  readonly eventTime: string;
  readonly recipientAccountId?: string;
}

interface Seen {
  /** In whose account the record is kept; undefined for those of nobody known. */
  readonly recipient: string | undefined;
  /** Where the caller's account and the resource's have a record each: the id that both carry. */
  readonly sharedEventId?: string | undefined;
  readonly eventId: string;
}

/** What became of `act`, as `seen` by one of the accounts that it concerns. */
export function cloudTrailRecord(act: Act, { recipient, sharedEventId, eventId }: Seen): CloudTrailRecord {
  const name = act.name ?? '';
  const readOnly = isReadOnly(name);
  const resources = act.resources.filter((it) => it.startsWith('arn:'));
  return {
    eventVersion: '1.11',
    userIdentity: act.webIdentity ? bearerOf(act.webIdentity) : identityOf(act.principal, recipient),
    eventTime: `${act.at.toISOString().slice(0, 19)}Z`,
    eventSource: act.source,
    eventName: name,
    awsRegion: act.region ?? '',
    sourceIPAddress: act.request.sourceIp ?? '',
    userAgent: act.request.userAgent ?? '',
    ...(act.error && { errorCode: cloudTrailCode(act.error.code), errorMessage: act.error.message }),
    requestParameters: masked(act.parameters ?? null),
    responseElements: readOnly || act.error ? null : masked(act.response ?? null),
    requestID: act.requestId,
    eventID: eventId,
    readOnly,
    ...(resources.length > 0 && {
      resources: resources.map((ARN) => ({ ARN, accountId: accountOf(ARN), type: typeOf(ARN) })),
    }),
    eventType: 'AwsApiCall',
    managementEvent: true,
    ...(recipient !== undefined && { recipientAccountId: recipient }),
    ...(sharedEventId !== undefined && { sharedEventID: sharedEventId }),
    eventCategory: 'Management',
    ...(act.request.tls && {
      tlsDetails: {
        tlsVersion: act.request.tls.version,
        cipherSuite: act.request.tls.cipher,
        clientProvidedHostHeader: act.request.host ?? '',
      },
    }),
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
