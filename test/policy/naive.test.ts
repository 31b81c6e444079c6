import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decisionCases } from './cases.ts';
import { decideByEngine, outcomeOf } from './engine.ts';
import { EVERYTHING, generatedCases } from './generated-cases.ts';
import { type Case, type Document, decideNaively } from './naive-evaluator.ts';

test.each(decisionCases.filter((it) => it.want !== 'invalid'))('the second opinion on case $id: $title', (it) => {
  const isFederated = it.principalArn.includes(':federated-user/');
  const one: Case = {
    ...it,
    resourceAccount: '111111111111',
    identity: it.identityPolicies as Document[],
    boundary: it.permissionsBoundary as Document | undefined,
    session: it.sessionPolicy ? [it.sessionPolicy as Document] : isFederated ? [] : undefined,
    resourcePolicy: it.resourcePolicy as Document | undefined,
    resourceKind: it.resourcePolicyKind,
  };
  const { outcome, by } = decideNaively(one);
  expect(outcome).toBe(it.want);
  if (it.why) expect(by).toBe(it.why);
});

test('the engine decides 10,000 generated requests as the prose does, by the same kind of policy', {
  timeout: 180_000,
}, () => {
  const seen = { allow: 0, implicitDeny: 0, explicitDeny: 0 };
  const agrees = fc.property(generatedCases(EVERYTHING), (it) => {
    const decision = decideByEngine(it);
    const { outcome, by } = decideNaively(it);
    seen[outcome]++;
    expect(outcomeOf(decision)).toBe(outcome);
    if (outcome !== 'allow') expect(decision.by).toBe(by);
  });
  fc.assert(agrees, { numRuns: 10_000 });
  // It would say little if nearly all were denied.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(1_000);
});
