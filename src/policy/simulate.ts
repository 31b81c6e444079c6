import { missingKeys } from './context-keys.ts';
import { decideBehind } from './evaluate.ts';
import { givenGuard } from './guard.ts';
import { type Matches, matchIdentity, matchResource } from './match-statements.ts';
import { prepare } from './prepare.ts';
import type { Decision, PolicyRequest, PolicySet, PolicySource, Position, PreparedRequest } from './types.ts';

export type SimulatedDecision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** What SimulatePrincipalPolicy and SimulateCustomPolicy say of one action on one resource. API_EvaluationResult. */
export interface Simulation {
  readonly decision: SimulatedDecision;
  readonly matchedStatements: readonly SimulatedStatement[];
  /** Keys that statements about the action look at and the request does not have. */
  readonly missingContextValues: readonly string[];
  /** Undefined where there is no boundary. */
  readonly isAllowedByBoundary: boolean | undefined;
  /** Between two accounts, what each side says by itself; undefined within one. */
  readonly sides: { readonly identity: SimulatedDecision; readonly resource: SimulatedDecision } | undefined;
}

export interface SimulatedStatement {
  readonly policyId: string;
  readonly source: PolicySource;
  readonly start: Position;
  readonly end: Position;
}

/**
 * Decides as `decide` does, by the documents that are given and no others: keys and roles too are simulated without
 * their own policies where the caller passes none.
 */
export function simulate(request: PolicyRequest, policies: PolicySet): Simulation {
  const decision = decideBehind(givenGuard(policies), request, policies);
  const prepared = prepare(request);
  const boundary = policies.boundary && sideOf(matchIdentity([policies.boundary], prepared));
  const isCrossing = request.asker.account !== request.resource.account;
  return {
    decision: nameOf(decision),
    matchedStatements: decision.statements.map(({ policy, statement }) => ({
      policyId: policy.id,
      source: policy.source,
      start: statement.start,
      end: statement.end,
    })),
    missingContextValues: missingKeys(keysAbout(prepared, policies), request.context),
    isAllowedByBoundary: boundary && boundary === 'allowed',
    sides: isCrossing
      ? {
          identity: sideOf(matchIdentity(policies.identity, prepared)),
          resource: sideOf(matchResource(policies.resource, prepared)),
        }
      : undefined,
  };
}

function nameOf({ isAllowed, isExplicit }: Decision): SimulatedDecision {
  if (isAllowed) return 'allowed';
  return isExplicit ? 'explicitDeny' : 'implicitDeny';
}

function sideOf({ allows, denies }: Matches): SimulatedDecision {
  if (denies.length > 0) return 'explicitDeny';
  return allows.length > 0 ? 'allowed' : 'implicitDeny';
}

function keysAbout(request: PreparedRequest, { identity, boundary, session = [], resource }: PolicySet): string[] {
  const all = [...identity, ...(boundary ? [boundary] : []), ...session, ...resource];
  const statements = all.flatMap(({ policy }) => policy.statementsFor(request.service));
  return statements.filter((it) => it.matchesAction(request)).flatMap((it) => it.contextKeys);
}
