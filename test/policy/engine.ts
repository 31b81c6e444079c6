import { compilePolicy } from '../../src/policy/compile.ts';
import { decide } from '../../src/policy/evaluate.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { Attached, Decision, PolicySet } from '../../src/policy/types.ts';
import { askerOf } from './cases.ts';
import type { Case, Document } from './naive-evaluator.ts';

/** The engine's decision on a generated case, whose documents must be ones that could be stored. */
export function decideByEngine(it: Case): Decision {
  const attached = (document: Document, source: 'user' | 'resource' = 'user'): Attached => {
    const text = JSON.stringify(document);
    parsePolicy(text, source === 'user' ? 'identity' : (it.resourceKind ?? 'repository'));
    return { policy: compilePolicy(text), id: 'p', source };
  };
  const policies: PolicySet = {
    identity: it.identity.map((one) => attached(one)),
    boundary: it.boundary && attached(it.boundary),
    session: it.session?.map((one) => attached(one)),
    resource:
      it.resourcePolicy && it.resourceKind
        ? [{ ...attached(it.resourcePolicy, 'resource'), source: 'resource', kind: it.resourceKind }]
        : [],
  };
  return decide(
    {
      asker: askerOf(it.principalArn),
      action: it.action,
      resource: { arn: it.resource, account: it.resourceAccount },
      context: new Map(Object.entries(it.context).map(([key, value]) => [key.toLowerCase(), value])),
    },
    policies,
  );
}

export function outcomeOf({ isAllowed, isExplicit }: Decision): 'allow' | 'implicitDeny' | 'explicitDeny' {
  if (isAllowed) return 'allow';
  return isExplicit ? 'explicitDeny' : 'implicitDeny';
}
