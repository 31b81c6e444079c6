import { expect, test } from 'vitest';
import { decisionCases, requestOf } from '../../test/policy/cases.ts';
import { compilePolicy } from './compile.ts';
import { decide } from './evaluate.ts';
import { parsePolicy } from './parse.ts';
import type { Decision, PolicySet } from './types.ts';

function outcomeOf({ isAllowed, isExplicit }: Decision): string {
  if (isAllowed) return 'allow';
  return isExplicit ? 'explicitDeny' : 'implicitDeny';
}

test('there are all 125 worked cases', () => {
  expect(decisionCases.map((it) => it.id)).toEqual(Array.from({ length: 125 }, (_, i) => i + 1));
});

test.each(decisionCases)('case $id: $title', (it) => {
  const attached = (document: unknown) =>
    ({ policy: compilePolicy(JSON.stringify(document)), id: 'p', source: 'user' }) as const;
  if (it.want === 'invalid') {
    expect(() => it.identityPolicies.map((one) => parsePolicy(JSON.stringify(one), 'identity'))).toThrow();
    return;
  }
  const kind = it.resourcePolicyKind;
  if (kind) parsePolicy(JSON.stringify(it.resourcePolicy), kind);
  for (const one of it.identityPolicies) parsePolicy(JSON.stringify(one), 'identity');
  const isFederated = it.principalArn.includes(':federated-user/');
  const policies: PolicySet = {
    identity: it.identityPolicies.map(attached),
    boundary: it.permissionsBoundary === undefined ? undefined : attached(it.permissionsBoundary),
    session: it.sessionPolicy ? [attached(it.sessionPolicy)] : isFederated ? [] : undefined,
    resource: kind ? [{ ...attached(it.resourcePolicy), source: 'resource', kind }] : [],
  };

  const decision = decide(requestOf(it), policies);

  expect(outcomeOf(decision)).toBe(it.want);
  if (it.why) expect(decision.by).toBe(it.why);
});
