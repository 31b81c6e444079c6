import { expect, test } from 'vitest';
import { namedPrincipals, parsePolicy } from './parse.ts';
import type { PolicyKind } from './types.ts';

const ALLOW = { Effect: 'Allow', Action: 'ecr:PutImage', Resource: '*' };
const TRUST = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111111111111' } };
const REPOSITORY = { Effect: 'Allow', Action: 'ecr:PutImage', Principal: '*' };
const KEY = { Effect: 'Allow', Action: 'kms:*', Principal: { AWS: '111111111111' }, Resource: '*' };

/** A document with these statements; what is undefined in them is not there. */
function documentOf(...statements: readonly unknown[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

function reasonOf(text: string, kind: PolicyKind): string | undefined {
  try {
    parsePolicy(text, kind);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'MalformedPolicyDocument' });
    return error instanceof Error ? error.message : '';
  }
}

const SYNTAX = 'Syntax errors in policy.';
const VENDOR = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';

test.each([
  ['a list of statements', documentOf(ALLOW)],
  ['one statement without a list', JSON.stringify({ Statement: ALLOW })],
  ['an id and the old version', JSON.stringify({ Version: '2008-10-17', Id: 'mine', Statement: [ALLOW] })],
  [
    'lists of actions and resources',
    documentOf({ ...ALLOW, Action: ['ecr:*', '*'], Resource: ['arn:aws:ecr:*:*:*', '*'] }),
  ],
  ['what it is not about', documentOf({ Effect: 'Deny', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::bucket/*' })],
  ['a service in capitals', documentOf({ ...ALLOW, Action: 'ECR:putimage' })],
  [
    'numbers and booleans as values',
    documentOf({
      ...ALLOW,
      Condition: { Bool: { 'aws:SecureTransport': true }, NumericLessThan: { 'aws:MultiFactorAuthAge': 300 } },
    }),
  ],
  ['a key that nothing knows', documentOf({ ...ALLOW, Condition: { StringEquals: { 'acme:Colour': 'red' } } })],
  ['no conditions', documentOf({ ...ALLOW, Condition: {} })],
  ['a variable', documentOf({ ...ALLOW, Resource: 'arn:aws:ecr:*:*:repository/${aws:username}/*' })],
  ['an early end in a wildcard', documentOf({ ...ALLOW, Resource: 'arn:aws:ecr:*' })],
  ['letters of Latin-1', documentOf({ ...ALLOW, Condition: { StringEquals: { 'aws:PrincipalTag/team': 'Grün' } } })],
  ['several statements without a name', documentOf({ ...ALLOW, Sid: '' }, { ...ALLOW, Sid: '' })],
  [
    'resources of IAM',
    documentOf({
      ...ALLOW,
      Resource: ['arn:aws:iam::111111111111:user/*', 'arn:aws:iam::*:*', 'arn:aws:iam::111111111111:root'],
    }),
  ],
])('an identity policy may have %s', (_, text) => {
  expect(reasonOf(text, 'identity')).toBeUndefined();
});

test.each([
  ['no JSON', '{', 'The policy is not in the valid JSON format.'],
  ['a comment', `/* a */ ${documentOf(ALLOW)}`, 'The policy is not in the valid JSON format.'],
  [
    'a key twice',
    '{"Statement": [], "Statement": []}',
    'Duplicate keys are not allowed in a policy. The key "Statement" stands there twice.',
  ],
  [
    'an Effect twice',
    '{"Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}',
    'Duplicate keys are not allowed in a policy. The key "Effect" stands there twice.',
  ],
  ['a list', '[]', SYNTAX],
  ['no statement', '{"Version": "2012-10-17"}', SYNTAX],
  ['an empty list of statements', documentOf(), SYNTAX],
  ['an unknown element', JSON.stringify({ Statement: [ALLOW], Comment: 'x' }), SYNTAX],
  ['an element in other case', JSON.stringify({ statement: [ALLOW] }), SYNTAX],
  ['an element of statements in other case', documentOf({ ...ALLOW, action: 'ecr:*' }), SYNTAX],
  [
    'a version that is none',
    JSON.stringify({ Version: '2012-10-18', Statement: [ALLOW] }),
    'Policy document must be version 2012-10-17 or greater.',
  ],
  ['a version that is a number', JSON.stringify({ Version: 20121017, Statement: [ALLOW] }), SYNTAX],
  ['no effect', documentOf({ ...ALLOW, Effect: undefined }), SYNTAX],
  ['an effect in other case', documentOf({ ...ALLOW, Effect: 'allow' }), SYNTAX],
  ['no action', documentOf({ ...ALLOW, Action: undefined }), 'Policy statement must contain actions.'],
  ['an empty list of actions', documentOf({ ...ALLOW, Action: [] }), 'Policy statement must contain actions.'],
  ['an action and what it is not about', documentOf({ ...ALLOW, NotAction: 'iam:*' }), SYNTAX],
  ['an action that is a number', documentOf({ ...ALLOW, Action: 1 }), SYNTAX],
  ['an action without a service', documentOf({ ...ALLOW, Action: 'PutImage' }), VENDOR],
  [
    'an action with two colons',
    documentOf({ ...ALLOW, Action: 'ecr:Put:Image' }),
    'Actions/Condition can contain only one colon.',
  ],
  ['a wildcard for the service', documentOf({ ...ALLOW, Action: '*:PutImage' }), 'Vendor * is not valid'],
  ['a wildcard in the service', documentOf({ ...ALLOW, Action: 'e*r:PutImage' }), 'Vendor e*r is not valid'],
  ['a service with a blank', documentOf({ ...ALLOW, Action: 'e r:PutImage' }), 'Vendor e r is not valid'],
  ['no resource', documentOf({ ...ALLOW, Resource: undefined }), 'Policy statement must contain resources.'],
  ['an empty list of resources', documentOf({ ...ALLOW, Resource: [] }), 'Policy statement must contain resources.'],
  [
    'a resource that is no ARN',
    documentOf({ ...ALLOW, Resource: 'repository/app' }),
    'Resource repository/app must be in ARN format or "*".',
  ],
  ['a resource of stars', documentOf({ ...ALLOW, Resource: '**' }), 'Resource ** must be in ARN format or "*".'],
  [
    'a resource that ends early',
    documentOf({ ...ALLOW, Resource: 'arn:aws:ecr:us-east-1' }),
    'Resource arn:aws:ecr:us-east-1 must be in ARN format or "*".',
  ],
  [
    'a partition that is none',
    documentOf({ ...ALLOW, Resource: 'arn:amazon:ecr:*:*:*' }),
    'Partition "amazon" is not valid for resource "arn:amazon:ecr:*:*:*".',
  ],
  [
    'a wildcard for the service of a resource',
    documentOf({ ...ALLOW, Resource: 'arn:aws:*:*:*:*' }),
    'Resource vendor must be fully qualified and cannot contain regexes.',
  ],
  [
    'a resource without a service',
    documentOf({ ...ALLOW, Resource: 'arn:aws' }),
    'Resource vendor must be fully qualified and cannot contain regexes.',
  ],
  [
    'a region for IAM',
    documentOf({ ...ALLOW, Resource: 'arn:aws:iam:us-east-1:111111111111:user/a' }),
    'IAM resource arn:aws:iam:us-east-1:111111111111:user/a cannot contain region information.',
  ],
  [
    'a region for S3',
    documentOf({ ...ALLOW, Resource: 'arn:aws:s3:us-east-1::bucket' }),
    'Resource arn:aws:s3:us-east-1::bucket can not contain region information.',
  ],
  [
    'a path that IAM does not have',
    documentOf({ ...ALLOW, Resource: 'arn:aws:iam::111111111111:users/a' }),
    'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
  ],
  ['a principal', documentOf({ ...ALLOW, Principal: '*' }), 'Policy document should not specify a principal.'],
  [
    'all principals but some',
    documentOf({ ...ALLOW, Effect: 'Deny', NotPrincipal: { AWS: '111111111111' } }),
    'Policy document should not specify a principal.',
  ],
  [
    'one name for two statements',
    documentOf({ ...ALLOW, Sid: 'one' }, { ...ALLOW, Sid: 'one' }),
    'Statement IDs (SID) in a single policy must be unique.',
  ],
  [
    'a name with a blank',
    documentOf({ ...ALLOW, Sid: 'new statement' }),
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  ],
  ['an operator that is none', documentOf({ ...ALLOW, Condition: { StringMatches: { 'aws:username': 'a' } } }), SYNTAX],
  ['a condition that is no object', documentOf({ ...ALLOW, Condition: [] }), SYNTAX],
  [
    'a condition key without a service',
    documentOf({ ...ALLOW, Condition: { StringEquals: { username: 'a' } } }),
    VENDOR,
  ],
  [
    'a condition key twice in other case',
    documentOf({ ...ALLOW, Condition: { StringEquals: { 'aws:username': 'a', 'AWS:UserName': 'b' } } }),
    SYNTAX,
  ],
  ['a condition without values', documentOf({ ...ALLOW, Condition: { StringEquals: { 'aws:username': [] } } }), SYNTAX],
  ['null as a value', documentOf({ ...ALLOW, Condition: { StringEquals: { 'aws:username': null } } }), SYNTAX],
  ['a Null that is neither', documentOf({ ...ALLOW, Condition: { Null: { 'aws:username': 'perhaps' } } }), SYNTAX],
  [
    'half a variable in a resource',
    documentOf({ ...ALLOW, Resource: 'arn:aws:ecr:*:*:repository/${aws:username' }),
    SYNTAX,
  ],
  ['half a variable in a value', documentOf({ ...ALLOW, Condition: { StringLike: { 'aws:username': '${' } } }), SYNTAX],
  [
    'half a character',
    documentOf({ ...ALLOW, Sid: undefined, Condition: { StringEquals: { 'aws:username': '\ud800' } } }),
    SYNTAX,
  ],
  ['letters beyond Latin-1', `{"Statement":[${JSON.stringify(ALLOW)}],"Id":"日本"}`, SYNTAX],
  ['a byte order mark', `\ufeff${documentOf(ALLOW)}`, SYNTAX],
])('an identity policy may not have %s', (_, text, reason) => {
  expect(reasonOf(text, 'identity')).toBe(reason);
});

test('half a variable is text in the old version', () => {
  const text = JSON.stringify({
    Version: '2008-10-17',
    Statement: [{ ...ALLOW, Resource: 'arn:aws:ecr:*:*:repository/${x' }],
  });
  expect(reasonOf(text, 'identity')).toBeUndefined();
});

test.each<[string, PolicyKind, unknown, string | undefined]>([
  ['trust', 'trust', TRUST, undefined],
  ['trust in a service', 'trust', { ...TRUST, Principal: { Service: 'ecs-tasks.amazonaws.com' } }, undefined],
  [
    'trust in a provider',
    'trust',
    {
      ...TRUST,
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: 'arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com' },
    },
    undefined,
  ],
  [
    'trust with tags',
    'trust',
    { ...TRUST, Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] },
    undefined,
  ],
  ['trust about a resource', 'trust', { ...TRUST, Resource: '*' }, 'Has prohibited field Resource'],
  ['trust in nobody', 'trust', { ...TRUST, Principal: undefined }, 'Missing required field Principal'],
  [
    'trust in all but some',
    'trust',
    { ...TRUST, Effect: 'Deny', Principal: undefined, NotPrincipal: TRUST.Principal },
    'Has prohibited field NotPrincipal',
  ],
  [
    'trust for another service',
    'trust',
    { ...TRUST, Action: 'ecr:PutImage' },
    'AssumeRole policy may only specify STS AssumeRole actions.',
  ],
  [
    'trust for everything',
    'trust',
    { ...TRUST, Action: '*' },
    'AssumeRole policy may only specify STS AssumeRole actions.',
  ],
  [
    'trust for another action',
    'trust',
    { ...TRUST, Action: 'sts:GetSessionToken' },
    'Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML, and sts:AssumeRoleWithWebIdentity',
  ],
  ['a repository without a resource', 'repository', REPOSITORY, undefined],
  ['a repository with a resource', 'repository', { ...REPOSITORY, Resource: 'whatever' }, undefined],
  ['a repository with a name of any kind', 'repository', { ...REPOSITORY, Sid: 'new statement' }, undefined],
  [
    'a repository without its resource',
    'repository',
    { ...REPOSITORY, NotResource: '*' },
    'Has prohibited field NotResource',
  ],
  [
    'a repository for nobody',
    'repository',
    { ...REPOSITORY, Principal: undefined },
    'Missing required field Principal',
  ],
  ['a repository for everything', 'repository', { ...REPOSITORY, Action: '*' }, undefined],
  [
    'a repository about another service',
    'repository',
    { ...REPOSITORY, Action: 's3:GetObject' },
    'The action s3:GetObject is none of ecr.',
  ],
  [
    'a repository that denies all but some',
    'repository',
    { ...REPOSITORY, Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '111111111111' } },
    undefined,
  ],
  [
    'a repository that allows all but some',
    'repository',
    { ...REPOSITORY, Principal: undefined, NotPrincipal: { AWS: '111111111111' } },
    'Has prohibited field NotPrincipal',
  ],
  [
    'a repository for a provider',
    'repository',
    { ...REPOSITORY, Principal: { Federated: 'accounts.google.com' } },
    'Invalid principal in policy: "Federated":"accounts.google.com"',
  ],
  ['a registry', 'registry', { ...REPOSITORY, Resource: 'arn:aws:ecr:us-east-1:111111111111:repository/*' }, undefined],
  ['a registry without a resource', 'registry', REPOSITORY, 'Policy statement must contain resources.'],
  ['a key', 'key', KEY, undefined],
  ['a key about another service', 'key', { ...KEY, Action: 'ecr:*' }, 'The action ecr:* is none of kms.'],
  ['a key without a resource', 'key', { ...KEY, Resource: undefined }, 'Policy statement must contain resources.'],
])('%s: %s', (_, kind, statement, reason) => {
  expect(reasonOf(documentOf(statement), kind)).toBe(reason);
});

test('trust that is no JSON has words of its own', () => {
  expect(reasonOf('{', 'trust')).toBe('This policy contains invalid Json');
});

const A = 'arn:aws:iam::111111111111';

test.each([
  ['AWS', '*'],
  ['AWS', '111111111111'],
  ['AWS', `${A}:root`],
  ['AWS', `${A}:user/alice`],
  ['AWS', `${A}:user/team/a.b/alice`],
  ['AWS', `${A}:role/ci/deploy`],
  ['AWS', 'arn:aws-cn:iam::111111111111:role/deploy'],
  ['AWS', 'arn:aws:sts::111111111111:assumed-role/deploy/run-1'],
  ['AWS', 'arn:aws:sts::111111111111:federated-user/fred'],
  ['AWS', 'AIDAJQABLZS4A3QDU576Q'],
  ['AWS', 'AROAJQABLZS4A3QDU576Q'],
  ['Service', 'replication.ecr.amazonaws.com'],
  ['Service', 'replication.ecr.us-east-1.amazonaws.com'],
  ['Service', 'ec2.amazonaws.com.cn'],
  ['Federated', `${A}:oidc-provider/gitlab.com`],
  ['Federated', 'cognito-identity.amazonaws.com'],
])('%s %s can be a principal', (type, text) => {
  expect(reasonOf(documentOf({ ...TRUST, Principal: { [type]: [text] } }), 'trust')).toBeUndefined();
});

test.each([
  ['AWS', `${A}:user/*`],
  ['AWS', `${A}:role/x*`],
  ['AWS', `${A}:role/a?b/x`],
  ['AWS', 'arn:aws:iam::*:root'],
  ['AWS', 'arn:aws:iam::111111111111:*'],
  ['AWS', `${A}:group/team`],
  ['AWS', `${A}:user/`],
  ['AWS', 'arn:aws:iam::1111:user/alice'],
  ['AWS', 'arn:acme:iam::111111111111:user/alice'],
  ['AWS', 'arn:aws:iam:us-east-1:111111111111:user/alice'],
  ['AWS', 'arn:aws:sts::111111111111:assumed-role/deploy'],
  ['AWS', 'arn:aws:sts::111111111111:assumed-role/deploy/*'],
  ['AWS', '1111'],
  ['AWS', 'alice'],
  ['AWS', 'AGPAJQABLZS4A3QDU576Q'],
  ['AWS', '${aws:PrincipalArn}'],
  ['AWS', ''],
  ['Service', '*'],
  ['Service', 'ecr'],
  ['Service', '*.amazonaws.com'],
  ['Service', 'ecr.example.com'],
  ['Federated', '*'],
  ['Federated', `${A}:oidc-provider/*`],
  ['CanonicalUser', '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be'],
  ['aws', '*'],
  ['Everyone', '*'],
])('%s %s can be no principal', (type, text) => {
  const statement = { ...TRUST, Principal: { [type]: text } };
  expect(reasonOf(documentOf(statement), 'trust')).toBe(`Invalid principal in policy: "${type}":"${text}"`);
});

test.each([
  ['*', undefined],
  ['111111111111', SYNTAX],
  [['*'], SYNTAX],
  [{}, SYNTAX],
  [{ AWS: [] }, SYNTAX],
  [{ AWS: 1 }, SYNTAX],
])('as a Principal %j is: %s', (principal, reason) => {
  expect(reasonOf(documentOf({ ...TRUST, Principal: principal }), 'trust')).toBe(reason);
});

test('those who are named are given once, everyone and services apart', () => {
  const named = [
    `${A}:user/alice`,
    `${A}:role/ci`,
    '222222222222',
    'AIDAJQABLZS4A3QDU576Q',
    'arn:aws:sts::111111111111:assumed-role/ci/s',
  ];
  const text = documentOf(
    { ...REPOSITORY, Principal: { AWS: [...named, '*'], Service: 'replication.ecr.amazonaws.com' } },
    {
      ...REPOSITORY,
      Effect: 'Deny',
      Principal: undefined,
      NotPrincipal: { AWS: [`${A}:user/alice`, `${A}:user/bob`] },
    },
    { ...REPOSITORY, Principal: '*' },
  );
  expect(namedPrincipals(parsePolicy(text, 'repository'))).toEqual([...named, `${A}:user/bob`]);
});
