import { compilePolicy } from '../../src/policy/compile.ts';
import { decide } from '../../src/policy/evaluate.ts';
import type { Attached, PolicyRequest, PolicySet } from '../../src/policy/types.ts';
import { below } from '../figure.ts';
import type { Case } from './case.ts';

const ACCOUNT = '111111111111';
const REPOSITORIES = `arn:aws:ecr:us-east-1:${ACCOUNT}:repository`;
/** Decisions of one measurement: one alone is over before a clock sees it begin. */
const AT_ONCE = 200;

/** As users write them: a grant by prefix, one by tag and one by variable, and a Deny that has exceptions. */
function document(team: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      {
        Effect: 'Allow',
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability', 'ecr:Describe*'],
        Resource: [`${REPOSITORIES}/${team}/*`, `${REPOSITORIES}/\${aws:PrincipalTag/team}/shared-*`],
        Condition: { StringEquals: { 'aws:PrincipalTag/team': team }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      },
      {
        Effect: 'Deny',
        Action: ['ecr:Delete*', 'ecr:BatchDeleteImage', 'ecr:Put*'],
        NotResource: `${REPOSITORIES}/${team}/scratch-*`,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}

const documents = Array.from({ length: 10 }, (_, i) => document(`team-${i}`));

function attached(text: string, i: number): Attached {
  return { policy: compilePolicy(text), id: `arn:aws:iam::${ACCOUNT}:policy/p${i}`, source: 'user-managed' };
}

function request(action: string, name: string): PolicyRequest {
  return {
    asker: { kind: 'user', account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/alice`, userId: 'AIDAALICE' },
    action,
    resource: { arn: `${REPOSITORIES}/${name}`, account: ACCOUNT },
    context: new Map<string, string>([
      ['aws:principalarn', `arn:aws:iam::${ACCOUNT}:user/alice`],
      ['aws:principaltag/team', 'team-9'],
      ['aws:sourceip', '10.20.30.40'],
      ['aws:securetransport', 'true'],
    ]),
  };
}

/** What is decided before each request: no server, no database, no network. */
export const policy: Case = {
  name: 'policy',
  async run({ isQuick }) {
    const rounds = isQuick ? 20 : 500;
    const policies: PolicySet = { identity: documents.map(attached), resource: [] };
    const pull = request('ecr:BatchGetImage', 'team-9/web');
    const remove = request('ecr:DeleteRepository', 'team-3/web');
    if (!decide(pull, policies).isAllowed || decide(remove, policies).isAllowed) throw new Error('Decided wrongly.');

    const bound = { bound: 50, of: 'median' } as const;
    return [
      below(
        'a decision by ten policies that allow',
        'us',
        measure(rounds, () => decide(pull, policies)),
        bound,
      ),
      below(
        'a decision by ten policies of which none allows',
        'us',
        measure(rounds, () => decide(remove, policies)),
        bound,
      ),
      below(
        'reading and compiling a policy',
        'us',
        measure(rounds, () => compilePolicy(documents[0] ?? '')),
        {
          bound: 1_000,
          of: 'median',
        },
      ),
    ];
  },
};

/** Microseconds of one call, once for each round. The first rounds are for the compiler. */
function measure(rounds: number, call: () => unknown): number[] {
  const times = Array.from({ length: rounds * 1.2 }, () => {
    const begun = performance.now();
    for (let i = 0; i < AT_ONCE; i++) call();
    return ((performance.now() - begun) * 1_000) / AT_ONCE;
  });
  return times.slice(-rounds);
}
