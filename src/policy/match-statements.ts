import type {
  Attached,
  CompiledStatement,
  MatchedStatement,
  PreparedRequest,
  PrincipalMatch,
  ResourcePolicy,
} from './types.ts';

/** The statements that apply to a request, by what they say. */
export interface Matches<M extends MatchedStatement = MatchedStatement> {
  readonly allows: readonly M[];
  readonly denies: readonly M[];
}

/** A statement of a resource's policy, and how it names the asker. */
export interface MatchedGrant extends MatchedStatement {
  readonly match: PrincipalMatch;
}

/** What documents that are on the asker say of the request. */
export function matchIdentity(policies: readonly Attached[], request: PreparedRequest): Matches {
  const allows: MatchedStatement[] = [];
  const denies: MatchedStatement[] = [];
  for (const policy of policies) {
    for (const statement of policy.policy.statementsFor(request.service)) {
      if (!statement.matchesAction(request) || !statement.matchesResource(request)) continue;
      // None such is stored; if one were, it would allow what nobody meant.
      if (!statement.isForIdentity && statement.effect === 'Allow') continue;
      if (!areMet(statement, request)) continue;
      (statement.effect === 'Allow' ? allows : denies).push({ policy, statement });
    }
  }
  return { allows, denies };
}

/** What documents that are on the resource say of the request and of who asks. */
export function matchResource(policies: readonly ResourcePolicy[], request: PreparedRequest): Matches<MatchedGrant> {
  const allows: MatchedGrant[] = [];
  const denies: MatchedGrant[] = [];
  for (const policy of policies) {
    for (const statement of policy.policy.statementsFor(request.service)) {
      if (!statement.matchesAction(request)) continue;
      // A repository's policy is about that repository, whatever it says.
      if (policy.kind !== 'repository' && !statement.matchesResource(request)) continue;
      const match = statement.principalMatch(request);
      if (match === undefined || !areMet(statement, request)) continue;
      (statement.effect === 'Allow' ? allows : denies).push({ policy, statement, match });
    }
  }
  return { allows, denies };
}

function areMet({ conditions }: CompiledStatement, { context }: PreparedRequest): boolean {
  for (const condition of conditions) if (!condition.isMet(context)) return false;
  return true;
}
