import fc from 'fast-check';
import type { Case, Document, Statement } from './naive-evaluator.ts';

const A = '111111111111';
const B = '222222222222';

export const CALLERS = {
  alice: `arn:aws:iam::${A}:user/alice`,
  session: `arn:aws:sts::${A}:assumed-role/dev/s1`,
  federated: `arn:aws:sts::${A}:federated-user/fred`,
  root: `arn:aws:iam::${A}:root`,
  xavier: `arn:aws:iam::${B}:user/xavier`,
  otherSession: `arn:aws:sts::${B}:assumed-role/ci/s9`,
  otherRoot: `arn:aws:iam::${B}:root`,
} as const;

const PRINCIPALS = [
  ...Object.values(CALLERS),
  ...[A, B, '333333333333', `arn:aws:iam::${A}:role/dev`, `arn:aws:iam::${B}:role/ci`, `arn:aws:iam::${A}:user/bob`],
];

/** What each kind of resource is asked, and patterns that have to do with it. */
const KINDS = {
  repository: {
    actions: ['ecr:BatchGetImage', 'ecr:PutImage'],
    resources: [`arn:aws:ecr:us-east-1:${A}:repository/app/web`, `arn:aws:ecr:us-east-1:${A}:repository/web`],
    actionPatterns: ['*', 'ecr:*', 'ECR:batchGetImage', 'ecr:Put*', 'ecr:*Image', 'ecr:PutImag?', 'ecr:Batch*Layer*'],
    resourcePatterns: [
      ...['*', `arn:aws:ecr:*:${A}:repository/*`, `arn:aws:ecr:us-east-1:${A}:repository/app/*`],
      ...[`arn:aws:ecr:us-east-1:${A}:repository/App/*`, `arn:aws:ecr:us-*-1:${A}:repository/?pp/web`],
      ...[`arn:aws:ecr:us-east-1:${B}:repository/*`, `arn:aws:ecr:us-east-1:${A}:*web`],
      ...[`arn:aws:ecr:us-east-1:${A}:repository/\${aws:PrincipalTag/team}/*`],
      ...[`arn:aws:ecr:us-east-1:${A}:repository/\${aws:PrincipalTag/team, 'app'}/web`],
    ],
  },
  key: {
    actions: ['kms:Decrypt', 'kms:DescribeKey'],
    resources: [`arn:aws:kms:us-east-1:${A}:key/1234abcd-12ab-34cd-56ef-1234567890ab`],
    actionPatterns: ['*', 'kms:*', 'kms:De*', 'kms:Decrypt', 'kms:describekey'],
    resourcePatterns: ['*', `arn:aws:kms:us-east-1:${A}:key/*`, `arn:aws:kms:*:${B}:key/*`],
  },
  trust: {
    actions: ['sts:AssumeRole'],
    resources: [`arn:aws:iam::${A}:role/deploy`],
    actionPatterns: ['sts:AssumeRole', 'sts:assumerole', 'sts:TagSession'],
    resourcePatterns: ['*', `arn:aws:iam::${A}:role/*`, `arn:aws:iam::${A}:role/de*y`, `arn:aws:iam::*:role/ci`],
  },
} as const;

type Kind = keyof typeof KINDS;

const strings = ['web', 'Web', 'app', 'w*', 'a?p', '*', '${aws:PrincipalTag/team}', "${aws:PrincipalTag/none, 'web'}"];
const arns = [
  ...['arn:aws:sns:us-east-1:111111111111:topic', 'arn:aws:sns:*:*:topic', 'arn:aws:sns:us-*:1111*:to?ic'],
  ...['arn:aws:sns:eu-west-1:111111111111:*', 'arn:aws:sqs:*:*:*'],
];
const times = ['2026-01-01T00:00:00Z', '2026-06-01T12:00:00Z', '2025-12-31T23:59:59Z', '1767225600'];

/** Operators by the type of what they compare, keys of that type, and values. */
const CONDITIONS: readonly { operators: readonly string[]; keys: readonly string[]; values: readonly string[] }[] = [
  {
    operators: ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringLike', 'StringNotLike'],
    keys: ['aws:PrincipalTag/team', 'AWS:principaltag/Team', 'aws:PrincipalTag/none', 'aws:RequestedRegion'],
    values: strings,
  },
  {
    operators: ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericGreaterThanEquals'],
    keys: ['aws:MultiFactorAuthAge'],
    values: ['300', '299.5', '1e2', '-7'],
  },
  {
    operators: ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan'],
    keys: ['aws:CurrentTime'],
    values: times,
  },
  { operators: ['Bool'], keys: ['aws:SecureTransport', 'aws:MultiFactorAuthPresent'], values: ['true', 'false'] },
  {
    operators: ['IpAddress', 'NotIpAddress'],
    keys: ['aws:SourceIp'],
    values: ['203.0.113.0/24', '203.0.113.9', '10.0.0.0/8', '0.0.0.0/0'],
  },
  { operators: ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'], keys: ['aws:SourceArn'], values: arns },
];

const plainCondition = fc.constantFrom(...CONDITIONS).chain(({ operators, keys, values }) =>
  fc.record({
    operator: fc.tuple(fc.constantFrom(...operators), fc.constantFrom('', '', 'IfExists')).map((it) => it.join('')),
    key: fc.constantFrom(...keys),
    values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }),
  }),
);
const setCondition = fc.record({
  operator: fc
    .tuple(
      fc.constantFrom('ForAllValues:', 'ForAnyValue:'),
      fc.constantFrom('StringEquals', 'StringNotEquals', 'StringLike'),
    )
    .map((it) => it.join('')),
  key: fc.constant('aws:TagKeys'),
  values: fc.uniqueArray(fc.constantFrom('a', 'b', 'a*'), { minLength: 1, maxLength: 2 }),
});
const nullCondition = fc.record({
  operator: fc.constant('Null'),
  key: fc.constantFrom('aws:PrincipalTag/team', 'aws:TokenIssueTime', 'aws:TagKeys'),
  values: fc.constantFrom(['true'], ['false']),
});

const conditions = fc
  .array(fc.oneof({ weight: 3, arbitrary: plainCondition }, setCondition, nullCondition), { maxLength: 2 })
  .map((all) => {
    const condition: Record<string, Record<string, readonly string[]>> = {};
    for (const { operator, key, values } of all) condition[operator] = { [key]: values };
    return condition;
  });

const context = fc.record(
  {
    'aws:PrincipalTag/team': fc.constantFrom('web', 'Web', 'app', 'w*', '*'),
    'aws:RequestedRegion': fc.constantFrom('us-east-1', 'web'),
    'aws:MultiFactorAuthAge': fc.constantFrom('300', '299.5', '100', '0'),
    'aws:CurrentTime': fc.constantFrom('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z'),
    'aws:SecureTransport': fc.constantFrom('true', 'false'),
    'aws:MultiFactorAuthPresent': fc.constantFrom('true', 'false'),
    'aws:SourceIp': fc.constantFrom('203.0.113.9', '203.0.114.1', '10.1.2.3'),
    'aws:SourceArn': fc.constantFrom('arn:aws:sns:us-east-1:111111111111:topic', 'arn:aws:sqs:us-east-1:1:queue'),
    'aws:TagKeys': fc.uniqueArray(fc.constantFrom('a', 'b', 'ab'), { minLength: 1 }),
    'aws:TokenIssueTime': fc.constant('2026-01-01T00:00:00Z'),
  },
  { requiredKeys: [] },
);

/** What the cases are made of. */
export interface Choices {
  readonly callers: readonly string[];
  readonly versions: readonly string[];
  /** Whether statements may name all but some. */
  readonly hasNotPrincipal: boolean;
}

export const EVERYTHING: Choices = {
  callers: Object.values(CALLERS),
  versions: ['2012-10-17', '2012-10-17', '2008-10-17'],
  hasNotPrincipal: true,
};

/** Requests with documents that have to do with them, so that all outcomes are frequent. */
export function generatedCases(choices: Choices): fc.Arbitrary<Case> {
  return fc.constantFrom<Kind>('repository', 'repository', 'key', 'trust').chain((kind) => casesOf(kind, choices));
}

function casesOf(kind: Kind, { callers, versions, hasNotPrincipal }: Choices): fc.Arbitrary<Case> {
  const { actions, resources, actionPatterns, resourcePatterns } = KINDS[kind];
  const effect = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny');
  const action = oneOrNot('Action', 'NotAction', actionPatterns);
  const resource = oneOrNot('Resource', 'NotResource', resourcePatterns);
  const version = fc.constantFrom(...versions);
  const bare = fc.record({
    Effect: effect,
    Condition: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, conditions),
  });
  const plainAction = fc.uniqueArray(fc.constantFrom(...actionPatterns), { minLength: 1, maxLength: 2 });

  const identityStatement = fc.tuple(bare, action, resource).map((it): Statement => Object.assign({}, ...it));
  const principal = fc.oneof(
    fc.constant('*'),
    fc.uniqueArray(fc.constantFrom(...PRINCIPALS), { minLength: 1, maxLength: 3 }).map((AWS) => ({ AWS })),
  );
  const resourceStatement = fc
    .tuple(bare, plainAction, principal, fc.boolean())
    .map(([rest, Action, named, isNot]): Statement => {
      const isExcept = hasNotPrincipal && isNot && kind !== 'trust' && rest.Effect === 'Deny' && named !== '*';
      const who = isExcept ? { NotPrincipal: named } : { Principal: named };
      return { ...rest, Action, ...who, ...(kind === 'trust' ? {} : { Resource: '*' }) };
    });
  const document = (statement: fc.Arbitrary<Statement>): fc.Arbitrary<Document> =>
    fc.record({ Version: version, Statement: fc.array(statement, { minLength: 1, maxLength: 3 }) });
  const own = document(identityStatement);

  return fc
    .record({
      principalArn: fc.constantFrom(...callers),
      action: fc.constantFrom<string>(...actions),
      resource: fc.constantFrom<string>(...resources),
      resourceAccount: fc.constant(A),
      context,
      identity: fc.array(own, { maxLength: 2 }),
      boundary: fc.option(own, { nil: undefined, freq: 2 }),
      session: fc.option(fc.array(own, { minLength: 1, maxLength: 1 }), { nil: undefined, freq: 2 }),
      resourcePolicy: fc.option(document(resourceStatement), { nil: undefined, freq: kind === 'repository' ? 3 : 20 }),
      isRegistry: fc.boolean(),
    })
    .map(({ isRegistry, ...it }): Case => {
      const resourceKind = kind === 'repository' && isRegistry ? 'registry' : kind;
      return withSession({ ...it, resourceKind });
    });
}

/** Sessions alone have session policies, root has neither policies nor boundaries, and federated users have a set. */
function withSession(it: Case): Case {
  if (it.principalArn.endsWith(':root')) return { ...it, identity: [], boundary: undefined, session: undefined };
  if (it.principalArn.includes(':user/')) return { ...it, session: undefined };
  return it.principalArn.includes(':federated-user/') ? { ...it, session: it.session ?? [] } : it;
}

function oneOrNot(name: 'Action' | 'Resource', notName: string, patterns: readonly string[]): fc.Arbitrary<object> {
  const values = fc.uniqueArray(fc.constantFrom(...patterns), { minLength: 1, maxLength: 2 });
  return fc.tuple(values, fc.constantFrom(false, false, false, false, true)).map(([some, isNot]) => ({
    [isNot ? notName : name]: some.length === 1 ? some[0] : some,
  }));
}
