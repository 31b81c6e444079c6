import type { JsonArray, JsonNode } from '../../policy/json.ts';
import { comparableNumber } from './comparable-number.ts';
import type { Matcher } from './match.ts';
import { PatternFault } from './pattern-fault.ts';

/** Reads `[ "=", 5 ]`, `[ "<", 5 ]` or `[ ">", 0, "<=", 5 ]`. @throws PatternFault */
export function parseNumeric({ items, start, end }: JsonArray): Matcher {
  const [first, second, third, fourth, ...more] = items;
  if (first?.kind !== 'string') {
    throw new PatternFault(`Invalid member in numeric match: ${shown(first)}`, first?.end ?? end);
  }
  const operator = first.value;
  if (!['=', '<', '<=', '>', '>='].includes(operator)) {
    throw new PatternFault(`Unrecognized numeric range operator: ${operator}`, first.end);
  }
  const value = numberOf(second, operator === '=' ? 'equals' : operator, end);
  const bound = { value, isIncluded: operator !== '<' && operator !== '>' };
  if (operator === '>' || operator === '>=') {
    if (third === undefined) return { kind: 'numeric', above: bound };
    if (more.length > 0) throw new PatternFault('Too many terms in numeric range expression', end);
    return { kind: 'numeric', above: bound, below: upperBound([third, fourth], bound, { start, end }) };
  }
  if (third !== undefined) throw new PatternFault('Too many elements in numeric expression', third.end);
  return { kind: 'numeric', below: bound, ...(operator === '=' && { above: bound }) };
}

function upperBound(
  [third, fourth]: readonly [JsonNode, JsonNode | undefined],
  above: { readonly value: number },
  { end }: Pick<JsonArray, 'start' | 'end'>,
) {
  if (third.kind !== 'string') throw new PatternFault(`Bad value in numeric range: ${shown(third)}`, third.end);
  const operator = third.value;
  if (operator !== '<' && operator !== '<=') {
    throw new PatternFault(`Bad numeric range operator: ${operator}`, third.end);
  }
  const value = numberOf(fourth, operator, end);
  if (value <= above.value) throw new PatternFault('Bottom must be less than top', end);
  return { value, isIncluded: operator === '<=' };
}

function numberOf(node: JsonNode | undefined, operator: string, end: number): number {
  if (node?.kind !== 'number') throw new PatternFault(`Value of ${operator} must be numeric`, node?.end ?? end);
  return comparableNumber(node);
}

function shown(node: JsonNode | undefined): string {
  if (node === undefined) return ']';
  if (node.kind === 'string') return node.value;
  if (node.kind === 'object') return '{';
  return node.kind === 'array' ? '[' : node.text;
}
