import { JsonFault, type JsonNode, type JsonObject, parseJson } from '../../policy/json.ts';
import type { EventPattern, Matcher } from './match.ts';
import { parseMatcher } from './parse-matcher.ts';
import { PatternFault } from './pattern-fault.ts';

const NESTING = 200;
const OR = '$or';

/** Names that cannot be fields inside of `$or`: whoever writes one there has misplaced what it means. */
const RESERVED = new Set(
  `exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard
  not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ip-address-in-range
  ip-address-not-in-range`.split(/\s+/),
);

/**
 * Reads an event pattern: EventBridge User Guide, "Event patterns", with the reasons of AWS's Event Ruler. A key that an
 * object has twice is a fault here.
 *
 * @throws PatternFault
 */
export function parsePattern(text: string): EventPattern {
  const root = readJson(text);
  if (root.kind !== 'object') throw new PatternFault('Filter is not an object', endOf(root));
  return parseObject(root, [], false);
}

function readJson(text: string): JsonNode {
  try {
    return parseJson(text, { nesting: NESTING });
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw new PatternFault(error.kind === 'syntax' ? unexpected(text, error.at) : error.message, error.at);
  }
}

function unexpected(text: string, at: number): string {
  const character = text.codePointAt(at);
  if (character === undefined) return 'Unexpected end-of-input';
  return `Unexpected character ('${String.fromCodePoint(character)}' (code ${character}))`;
}

/** Where a reader is who has seen what kind of value it is. */
function endOf(node: JsonNode): number {
  return node.kind === 'object' || node.kind === 'array' ? node.start + 1 : node.end;
}

function parseObject(node: JsonObject, path: readonly string[], isInOr: boolean): EventPattern {
  const fields: EventPattern['fields'][number][] = [];
  const alternatives: EventPattern[][] = [];
  for (const [name, value] of node.members) {
    if (name === OR) {
      alternatives.push(parseOr(value, path));
      continue;
    }
    if (isInOr && RESERVED.has(name)) {
      throw new PatternFault(`${name} is Ruler reserved fieldName which cannot be used inside $or.`, value.start);
    }
    const inner = [...path, name];
    if (value.kind === 'object') fields.push({ name, inside: parseObject(value, inner, isInOr) });
    else if (value.kind === 'array') fields.push({ name, path: inner, matchers: matchersIn(value) });
    else throw new PatternFault(`"${name}" must be an object or an array`, endOf(value));
  }
  if (node.members.size === 0) throw new PatternFault('Empty objects are not allowed', node.end);
  return { fields, alternatives };
}

function parseOr(node: JsonNode, path: readonly string[]): EventPattern[] {
  if (node.kind !== 'array') throw new PatternFault('It must be an Array followed with $or.', endOf(node));
  const alternatives = node.items.map((it) => {
    if (it.kind === 'object') return parseObject(it, path, true);
    throw new PatternFault('Only JSON object is allowed in array of $or relationship.', endOf(it));
  });
  if (alternatives.length < 2) {
    throw new PatternFault('There must have at least 2 Objects in $or relationship.', node.end);
  }
  return alternatives;
}

function matchersIn(node: JsonNode & { readonly kind: 'array' }): Matcher[] {
  if (node.items.length === 0) throw new PatternFault('Empty arrays are not allowed', node.end);
  return node.items.flatMap(parseMatcher);
}
