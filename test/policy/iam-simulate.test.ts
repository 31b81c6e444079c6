import { runSimulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideByEngine, outcomeOf } from './engine.ts';
import { CALLERS, type Choices, generatedCases } from './generated-cases.ts';
import type { Case } from './naive-evaluator.ts';

const OUTCOMES = { Allowed: 'allow', ImplicitlyDenied: 'implicitDeny', ExplicitlyDenied: 'explicitDeny' } as const;

/** What the library knows as AWS's documentation has it: see `knownToDiffer` for the rest. */
const COMMON: Choices = {
  callers: [CALLERS.alice, CALLERS.session, CALLERS.xavier, CALLERS.otherSession],
  versions: ['2012-10-17'],
  hasNotPrincipal: false,
};

/**
 * Where the library is known to differ from AWS's documentation, beside what `COMMON` leaves out (root, federated users,
 * NotPrincipal with an account's root, variables in documents of 2008).
 */
function knownToDiffer(it: Case): boolean {
  const documents = JSON.stringify([it.identity, it.boundary, it.session, it.resourcePolicy]);
  const grants = JSON.stringify(it.resourcePolicy ?? {});
  return [
    // Within its account, a session that is named by its own ARN or is among everyone is not limited by its policy.
    it.session !== undefined && (grants.includes('"*"') || grants.includes(CALLERS.session)),
    // No address is in the network of all addresses, for the library.
    documents.includes('0.0.0.0/0'),
    // Seconds since 1970 are never equal to a date that is written out, for the library.
    documents.includes('1767225600'),
    // A number with an exponent is no number, for the library.
    documents.includes('1e2'),
    // A resource whose variable has no value is left out of NotResource; for the library nothing matches then.
    it.context['aws:PrincipalTag/team'] === undefined && /"NotResource":(?:\[[^\]]*|"[^"]*)team}/.test(documents),
    // Nothing is equal to, or like, a variable without a value, so that everything differs from it; for the library a
    // negated operator does not match then.
    it.context['aws:PrincipalTag/team'] === undefined &&
      documents.includes('team}') &&
      /"[A-Za-z:]*(?:String|Arn)Not[A-Za-z]+":\{/.test(documents),
    // A role that has no trust policy trusts nobody, and a key without one is for nobody.
    it.resourcePolicy === undefined && (it.resourceKind === 'trust' || it.resourceKind === 'key'),
  ].some((isSo) => isSo);
}

async function outcomeByLibrary(it: Case) {
  const named = (policy: unknown, i: number) => ({ name: `policy-${i}`, policy });
  const result = await runSimulation(
    {
      request: {
        principal: it.principalArn,
        action: it.action,
        resource: { resource: it.resource, accountId: it.resourceAccount },
        contextVariables: Object.fromEntries(
          Object.entries(it.context).map(([key, value]) => [key, typeof value === 'string' ? value : [...value]]),
        ),
      },
      identityPolicies: it.identity.map(named),
      ...(it.boundary && { permissionBoundaryPolicies: [named(it.boundary, 0)] }),
      sessionPolicy: it.session?.[0],
      resourcePolicy: it.resourcePolicy,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  return result.resultType === 'single' ? OUTCOMES[result.overallResult] : result;
}

test('an evaluator by others decides 10,000 generated requests as the engine does', { timeout: 180_000 }, async () => {
  const cases = fc.sample(generatedCases(COMMON), 17_000).filter((it) => !knownToDiffer(it));
  expect(cases.length).toBeGreaterThan(10_000);
  for (const it of cases.slice(0, 10_000)) {
    const [ours, theirs] = [outcomeOf(decideByEngine(it)), await outcomeByLibrary(it)];
    if (ours !== theirs) expect({ outcome: ours, it: JSON.stringify(it) }).toEqual({ outcome: theirs });
  }
});
