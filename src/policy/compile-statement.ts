import { actionMatcher } from './action-matcher.ts';
import { arnMatcher } from './arn-pattern.ts';
import { distinctKeys } from './context-keys.ts';
import { conditionOf, findOperator, isNull } from './operators.ts';
import type { Listed, ParsedCondition, ParsedStatement } from './parsed-policy.ts';
import { principalMatcher } from './principal-matcher.ts';
import { parseTemplate } from './template.ts';
import type { CompiledCondition, CompiledStatement, PreparedRequest } from './types.ts';

export interface CompileOptions {
  /** Whether the document's version knows variables. */
  readonly hasVariables: boolean;
  readonly principals: ReadonlyMap<string, string> | undefined;
}

/** A statement, and the services whose actions it may be about; undefined: any. */
export function compileStatement(
  parsed: ParsedStatement,
  options: CompileOptions,
): { statement: CompiledStatement; services: ReadonlySet<string> | undefined } {
  const { actions, services } = actionMatcher(parsed.actions);
  const conditions = parsed.conditions.map((it) => compileCondition(it, options));
  return {
    services,
    statement: {
      sid: parsed.sid,
      effect: parsed.effect,
      start: parsed.start,
      end: parsed.end,
      contextKeys: contextKeysOf(parsed, options),
      conditions,
      isForIdentity: parsed.resources !== undefined && parsed.principals === undefined,
      matchesAction: actions,
      matchesResource: resourceMatcher(parsed.resources, options),
      principalMatch: principalMatcher(parsed, options.principals),
    },
  };
}

function compileCondition(
  { operator, key, values }: ParsedCondition,
  { hasVariables }: CompileOptions,
): CompiledCondition {
  const found = findOperator(operator);
  const name = key.toLowerCase();
  const isMet = found ? conditionOf(found, name, { values, hasVariables }) : isNull(name, values);
  return { operator, key, values, isMet };
}

function resourceMatcher(
  resources: Listed<string> | undefined,
  { hasVariables }: CompileOptions,
): CompiledStatement['matchesResource'] {
  if (resources === undefined) return () => true;
  const { isNot, values } = resources;
  const matchers = values.map((it) => arnMatcher(it, { variables: hasVariables }));
  return ({ arnParts, context }: PreparedRequest) => matchers.some((it) => it(arnParts, context)) !== isNot;
}

/** Keys of conditions, and of variables in resources and in values. */
function contextKeysOf({ resources, conditions }: ParsedStatement, { hasVariables }: CompileOptions): string[] {
  const texts = [...(resources?.values ?? [])];
  for (const { operator, values } of conditions) if (findOperator(operator)?.takesVariables) texts.push(...values);
  const variables = texts.flatMap((it) => parseTemplate(it, { variables: hasVariables })?.variables ?? []);
  return distinctKeys([...conditions.map((it) => it.key), ...variables]);
}
