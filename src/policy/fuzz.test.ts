import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askerOf } from '../../test/policy/cases.ts';
import { Refusal } from '../values/refusal.ts';
import { compilePolicy } from './compile.ts';
import { decide } from './evaluate.ts';
import { parsePolicy } from './parse.ts';
import type { CompiledPolicy, PolicyKind } from './types.ts';

const KINDS = ['identity', 'trust', 'repository', 'registry', 'key'] as const;

/** Whether the text is a policy. Anything but a refusal is a bug. */
function isPolicy(text: string, kind: PolicyKind): boolean {
  try {
    parsePolicy(text, kind);
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect(error.code).toBe('MalformedPolicyDocument');
    return false;
  }
}

const word = fc.constantFrom(
  ...['Version', 'Id', 'Statement', 'Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource'],
  ...['NotResource', 'Condition', 'Allow', 'Deny', '2012-10-17', '2008-10-17', '*', 'ecr:*', 'sts:AssumeRole', 'kms:*'],
  ...[
    'AWS',
    'Service',
    'Federated',
    '111111111111',
    'arn:aws:ecr:*:*:repository/${aws:username}',
    'StringLike',
    'Null',
  ],
  ...['ForAllValues:StringEquals', 'aws:username', '${', '__proto__', 'constructor', 'toString', ''],
);
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 7 },
    word,
    fc.constantFrom<unknown>(true, false, null, 0, 1e300),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.array(fc.tuple(word, tie('any')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
  ),
})).any;
const statement = fc.record(
  {
    Effect: fc.constantFrom<unknown>('Allow', 'Deny', 'allow'),
    Action: fc.oneof(fc.constantFrom<unknown>('*', 'ecr:*', 'sts:AssumeRole'), word, value),
    Resource: fc.oneof(fc.constant<unknown>('*'), word, value),
    Principal: fc.oneof(fc.constant<unknown>('*'), value),
    Condition: fc.oneof(fc.constant<unknown>({}), value),
    Sid: value,
  },
  { requiredKeys: ['Effect'] },
);
const document = fc.oneof(
  value,
  fc.record({ Version: fc.constant('2012-10-17'), Statement: fc.oneof(statement, fc.array(statement), value) }),
);

test('whatever is sent, it is a policy or refused with the one code', () => {
  const holds = fc.property(document, fc.constantFrom(...KINDS), (it, kind) => {
    isPolicy(JSON.stringify(it) ?? '', kind);
  });
  fc.assert(holds, { numRuns: 20_000 });
});

test('a policy that has one character more, less or other is a policy or refused', () => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'one',
        Effect: 'Allow',
        Principal: { AWS: ['arn:aws:iam::111111111111:user/alice', '111111111111'] },
        Action: ['ecr:Put*', 'ecr:BatchGetImage'],
        Condition: { StringLike: { 'aws:PrincipalTag/team': ["${aws:username, 'x'}", 'w?b'] } },
      },
    ],
  });
  const unit = fc.constantFrom(...'{}[]",:\\*?$\'a1 \u0000\ud800'.split(''));
  const place = fc.integer({ min: 0, max: text.length });
  const holds = fc.property(
    place,
    fc.integer({ min: 0, max: 2 }),
    fc.string({ unit, maxLength: 2 }),
    (at, gone, put) => {
      isPolicy(`${text.slice(0, at)}${put}${text.slice(at + gone)}`, 'repository');
    },
  );
  fc.assert(holds, { numRuns: 20_000 });
});

test('what is no identity policy allows nothing, when it can be compiled at all', () => {
  const asker = askerOf('arn:aws:iam::111111111111:user/alice');
  const resource = { arn: 'arn:aws:ecr:us-east-1:111111111111:repository/app', account: '111111111111' };
  const nameless = statement.map(({ Sid, ...rest }) => rest);
  const holds = fc.property(fc.array(nameless, { minLength: 1, maxLength: 3 }), (statements) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    fc.pre(!isPolicy(text, 'identity'));
    const [policy] = compiled(text);
    if (!policy) return;
    const only = policy.statements.map((one) => ({ ...policy, statementsFor: () => [one] }));
    const wrong = statements.map(
      (one) => !isPolicy(JSON.stringify({ Version: '2012-10-17', Statement: one }), 'identity'),
    );
    for (const [i, it] of only.entries()) {
      const request = { asker, action: 'ecr:PutImage', resource, context: new Map() };
      const { isAllowed } = decide(request, { identity: [{ policy: it, id: 'p', source: 'user' }], resource: [] });
      if (wrong[i]) expect(isAllowed).toBe(false);
    }
  });
  fc.assert(holds, { numRuns: 5_000 });
});

function compiled(text: string): CompiledPolicy[] {
  try {
    return [compilePolicy(text)];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [];
  }
}
