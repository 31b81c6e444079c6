import { checkResources } from './check-resources.ts';
import { PolicyMalformed } from './malformed.ts';
import type { ParsedPolicy, ParsedStatement } from './parsed-policy.ts';
import { checkTrustActions } from './trust-actions.ts';
import type { PolicyKind } from './types.ts';

/** What a kind of policy demands of each statement. */
interface Demands {
  /** May not be there, or must. */
  readonly principal: 'prohibited' | 'required';
  readonly resource: 'prohibited' | 'ignored' | 'required';
  /** The service whose actions it is about; `*` stands for them. Undefined: those of any. */
  readonly service?: string;
}

const DEMANDS: Readonly<Record<PolicyKind, Demands>> = {
  identity: { principal: 'prohibited', resource: 'required' },
  trust: { principal: 'required', resource: 'prohibited' },
  repository: { principal: 'required', resource: 'ignored', service: 'ecr' },
  registry: { principal: 'required', resource: 'required', service: 'ecr' },
  key: { principal: 'required', resource: 'required', service: 'kms' },
};

/** @throws PolicyMalformed when the document is not what `kind` demands */
export function checkKind(policy: ParsedPolicy, kind: PolicyKind): void {
  const demands = DEMANDS[kind];
  if (kind === 'identity' || kind === 'trust') checkSids(policy);
  for (const statement of policy.statements) {
    checkPrincipals(statement, kind, demands);
    checkActions(statement, kind, demands);
    if (demands.resource === 'required') checkResources(statement, { hasVariables: policy.version === '2012-10-17' });
    const prohibits =
      demands.resource === 'prohibited' || (demands.resource === 'ignored' && statement.resources?.isNot);
    if (prohibits && statement.resources) {
      throw PolicyMalformed({
        reason: `Has prohibited field ${statement.resources.isNot ? 'NotResource' : 'Resource'}`,
      });
    }
  }
}

/** IAM's own policies name their statements so that they can be told apart; other services take any string. */
function checkSids({ statements }: ParsedPolicy): void {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid === undefined || sid === '') continue;
    if (!/^[A-Za-z0-9]+$/.test(sid)) {
      throw PolicyMalformed({
        reason:
          'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
      });
    }
    if (seen.has(sid)) throw PolicyMalformed({ reason: 'Statement IDs (SID) in a single policy must be unique.' });
    seen.add(sid);
  }
}

function checkPrincipals({ principals, effect }: ParsedStatement, kind: PolicyKind, { principal }: Demands): void {
  if (principal === 'prohibited') {
    if (principals) throw PolicyMalformed({ reason: 'Policy document should not specify a principal.' });
    return;
  }
  if (!principals) throw PolicyMalformed({ reason: 'Missing required field Principal' });
  // With Allow it would let in everyone whom it does not list, anonymous callers included.
  if (principals.isNot && (kind === 'trust' || effect === 'Allow')) {
    throw PolicyMalformed({ reason: 'Has prohibited field NotPrincipal' });
  }
  const federated = kind === 'trust' ? undefined : principals.values.find((it) => it.kind === 'federated');
  if (federated) throw PolicyMalformed({ reason: `Invalid principal in policy: "Federated":"${federated.text}"` });
}

function checkActions({ actions }: ParsedStatement, kind: PolicyKind, { service }: Demands): void {
  if (kind === 'trust') checkTrustActions(actions);
  if (service === undefined) return;
  const foreign = actions.values.find((it) => it !== '*' && it.split(':')[0]?.toLowerCase() !== service);
  if (foreign !== undefined) throw PolicyMalformed({ reason: `The action ${foreign} is none of ${service}.` });
}
