import { denialText } from './denial-text.ts';
import { prepare } from './prepare.ts';
import type {
  Attached,
  CompiledStatement,
  Context,
  DecidedBy,
  Decision,
  PolicyRequest,
  PolicySet,
  PolicySource,
  PreparedRequest,
  PrincipalMatch,
  ResourcePolicy,
} from './types.ts';

/** Why a request is allowed or not, as plain data. */
export interface Explanation {
  readonly isAllowed: boolean;
  readonly isExplicit: boolean;
  readonly by: DecidedBy;
  /** The sentence that the caller is told; undefined of what is allowed. */
  readonly denial: string | undefined;
  /** All documents that were looked at. Where a kind is not among them, there is none of it. */
  readonly documents: readonly ExplainedDocument[];
  /** What the owner of a document should look at, in sentences. */
  readonly warnings: readonly string[];
}

export type DocumentKind = 'identity' | 'boundary' | 'session' | ResourcePolicy['kind'];

export interface ExplainedDocument {
  readonly kind: DocumentKind;
  readonly id: string;
  readonly source: PolicySource;
  /** By the statements that apply. */
  readonly says: 'Allow' | 'Deny' | 'nothing';
  readonly statements: readonly ExplainedStatement[];
}

export interface ExplainedStatement {
  /** Its place in the document, from 1. */
  readonly number: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Where it begins in the document's text, from 1. */
  readonly line: number;
  readonly applies: boolean;
  /** The first thing that the request does not have; undefined when the statement applies. */
  readonly lacks: 'action' | 'resource' | 'principal' | 'condition' | undefined;
  /** How it names the asker; undefined where it does not, and in documents that name nobody. */
  readonly principal: PrincipalMatch | undefined;
  /** The conditions that do not hold. */
  readonly unmet: readonly UnmetCondition[];
}

export interface UnmetCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  /** What the request has; undefined when it does not have the key. */
  readonly given: readonly string[] | undefined;
}

/** Says of each document and statement what it had to do with a decision of `decide` on the same request. */
export function explain(asked: PolicyRequest, policies: PolicySet, decision: Decision): Explanation {
  const request = prepare(asked);
  const { identity, boundary, session = [], resource } = policies;
  const documents = [
    ...identity.map((it) => explainDocument('identity', it, request)),
    ...(boundary ? [explainDocument('boundary', boundary, request)] : []),
    ...session.map((it) => explainDocument('session', it, request)),
    ...resource.map((it) => explainDocument(it.kind, it, request)),
  ];
  const { isAllowed, isExplicit, by } = decision;
  return {
    isAllowed,
    isExplicit,
    by,
    denial: isAllowed ? undefined : denialText(asked, decision),
    documents,
    warnings: [...identity, ...(boundary ? [boundary] : []), ...session, ...resource].flatMap(warningsOf),
  };
}

function explainDocument(kind: DocumentKind, attached: Attached, request: PreparedRequest): ExplainedDocument {
  const statements = attached.policy.statements.map((it, i) => explainStatement(kind, it, i + 1, request));
  const applying = statements.filter((it) => it.applies);
  const isDenying = applying.some((it) => it.effect === 'Deny');
  const says = isDenying ? 'Deny' : applying.length > 0 ? 'Allow' : 'nothing';
  return { kind, id: attached.id, source: attached.source, says, statements };
}

function explainStatement(
  kind: DocumentKind,
  statement: CompiledStatement,
  number: number,
  request: PreparedRequest,
): ExplainedStatement {
  const namesPrincipals = kind !== 'identity' && kind !== 'boundary' && kind !== 'session';
  const principal = namesPrincipals ? statement.principalMatch(request) : undefined;
  const unmet = statement.conditions.filter((it) => !it.isMet(request.context));
  const lacks = !statement.matchesAction(request)
    ? 'action'
    : kind !== 'repository' && !statement.matchesResource(request)
      ? 'resource'
      : namesPrincipals && principal === undefined
        ? 'principal'
        : unmet.length > 0
          ? 'condition'
          : undefined;
  return {
    number,
    sid: statement.sid,
    effect: statement.effect,
    line: statement.start.line,
    applies: lacks === undefined,
    lacks,
    principal,
    unmet: unmet.map(({ operator, key, values }) => ({ operator, key, values, given: given(request.context, key) })),
  };
}

function given(context: Context, key: string): readonly string[] | undefined {
  const value = context.get(key.toLowerCase());
  return typeof value === 'string' ? [value] : value;
}

/** ForAllValues is true of a request that does not have the key, so an Allow with it alone lets that request pass. */
function warningsOf({ id, policy }: Attached): string[] {
  const allows = policy.statements.filter((it) => it.effect === 'Allow');
  return allows.flatMap(({ conditions, start }) =>
    conditions
      .filter(({ operator, key }) => operator.startsWith('ForAllValues:') && !isDemanded(conditions, key))
      .map(
        ({ operator, key }) =>
          `${id}, line ${start.line}: ${operator} also holds when the request has no ${key}. Add "Null": {"${key}": "false"} to demand it.`,
      ),
  );
}

function isDemanded(conditions: CompiledStatement['conditions'], key: string): boolean {
  const same = conditions.filter((it) => it.key.toLowerCase() === key.toLowerCase());
  return same.some(({ operator, values }) => operator === 'Null' && values.every((it) => /^false$/i.test(it)));
}
