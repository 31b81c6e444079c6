import { parseNetwork } from '../../policy/addresses.ts';
import type { JsonArray, JsonNode, JsonObject } from '../../policy/json.ts';
import { wildcardText } from '../../values/wildcard-text.ts';
import { comparableNumber } from './comparable-number.ts';
import { foldCase, type Matcher } from './match.ts';
import { parseNumeric } from './parse-numeric.ts';
import { PatternFault } from './pattern-fault.ts';

/** Reads one element of the list of what a value may be. @throws PatternFault */
export function parseMatcher(node: JsonNode): Matcher[] {
  switch (node.kind) {
    case 'object':
      return [parseExpression(node)];
    case 'string':
      return equalsText(node.value);
    case 'number':
      return [{ kind: 'equals', value: Number(node.text) }];
    case 'word':
      return [{ kind: 'equals', value: wordOf(node.text) }];
    case 'array':
      throw new PatternFault('Match value must be String, number, true, false, or null', node.start + 1);
  }
}

/** A text; of an address every way to write it. */
function equalsText(text: string): Matcher[] {
  const network = text.includes('/') ? undefined : parseNetwork(text);
  return [{ kind: 'equals', value: text }, ...(network ? [{ kind: 'cidr', network } as const] : [])];
}

function wordOf(text: string): boolean | null {
  return text === 'null' ? null : text === 'true';
}

function parseExpression(node: JsonObject): Matcher {
  const [name, value] = onlyMember(node, 'Match expression name not found');
  switch (name) {
    case 'exactly':
      return { kind: 'equals', value: textOf(value, 'exact match pattern must be a string') };
    case 'prefix':
    case 'suffix':
      return affix(name, value);
    case 'equals-ignore-case':
      return ignoringCase(value);
    case 'wildcard':
      return wildcard(value);
    case 'numeric':
      if (value.kind !== 'array') throw new PatternFault('Value of numeric must be an array.', value.end);
      return parseNumeric(value);
    case 'cidr':
      return cidr(value);
    case 'anything-but':
      return { kind: 'anything-but', these: anythingBut(value) };
    case 'exists':
      if (value.kind === 'word' && value.text !== 'null') return { kind: 'exists', isThere: value.text === 'true' };
      throw new PatternFault('exists match pattern must be either true or false.', value.end);
    default:
      throw new PatternFault(`Unrecognized match type ${name}`, value.start);
  }
}

function affix(kind: 'prefix' | 'suffix', value: JsonNode): Matcher {
  if (value.kind !== 'object') {
    return { kind, text: textOf(value, `${kind} match pattern must be a string`), ignoresCase: false };
  }
  const title = kind === 'prefix' ? 'Prefix' : 'Suffix';
  const [name, inner] = onlyMember(value, `${title} expression name not found`);
  if (name !== 'equals-ignore-case') throw new PatternFault(`Unsupported ${kind} pattern: ${name}`, inner.start);
  const text = textOf(inner, 'equals-ignore-case match pattern must be a string');
  return { kind, text: foldCase(text), ignoresCase: true };
}

function ignoringCase(value: JsonNode): Matcher {
  const text = textOf(value, 'equals-ignore-case match pattern must be a string');
  return { kind: 'equals-ignore-case', text: foldCase(text) };
}

/** `*` and the backslash stand for themselves behind a backslash, and nothing else stands there. */
function wildcard(value: JsonNode): Matcher {
  const text = textOf(value, 'wildcard match pattern must be a string');
  const segments = [''];
  for (let i = 0; i < text.length; i++) {
    const escaped = text[i] === '\\' ? text[i + 1] : undefined;
    if (text[i] === '*') {
      if (text[i + 1] === '*') throw new PatternFault(`Consecutive wildcard characters at pos ${i + 1}`, value.end);
      segments.push('');
    } else if (text[i] === '\\') {
      if (escaped !== '*' && escaped !== '\\') {
        throw new PatternFault(`Invalid escape character at pos ${i + 1}`, value.end);
      }
      segments.push(`${segments.pop() ?? ''}${escaped}`);
      i++;
    } else {
      segments.push(`${segments.pop() ?? ''}${text[i]}`);
    }
  }
  return { kind: 'wildcard', wildcard: wildcardText(segments) };
}

function cidr(value: JsonNode): Matcher {
  const text = textOf(value, 'prefix match pattern must be a string');
  const parts = text.split('/');
  if (parts.length !== 2) throw new PatternFault("Malformed CIDR, one '/' required", value.end);
  const [host = '', bits = ''] = parts;
  if (!/^\d{1,9}$/.test(bits)) throw new PatternFault('Malformed CIDR, mask bits must be an integer', value.end);
  if (!parseNetwork(host)) throw new PatternFault(`Nonstandard IP address: ${host}`, value.end);
  const most = host.includes(':') ? 128 : 32;
  if (Number(bits) >= most) {
    throw new PatternFault(`${most === 32 ? 'IPv4' : 'IPv6'} mask bits must be < ${most}`, value.end);
  }
  const network = parseNetwork(`${host}/${Number(bits)}`);
  if (!network) throw new PatternFault(`Nonstandard IP address: ${host}`, value.end);
  return { kind: 'cidr', network };
}

function anythingBut(value: JsonNode): Matcher[] {
  if (value.kind === 'object') return anythingButExpression(value);
  if (value.kind === 'array') return anythingButList(value);
  if (value.kind === 'word') {
    throw new PatternFault('Value of anything-but must be an array or single string/number value.', value.end);
  }
  return [plainValue(value)];
}

function anythingButList(list: JsonArray): Matcher[] {
  const values = list.items.map(plainValue);
  if (new Set(list.items.map((it) => it.kind)).size !== 1) {
    throw new PatternFault(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
      list.end,
    );
  }
  return values;
}

function plainValue(node: JsonNode): Matcher {
  if (node.kind === 'string') return { kind: 'equals', value: node.value };
  if (node.kind !== 'number') {
    throw new PatternFault('Inside anything but list, start|null|boolean is not supported.', node.end);
  }
  return { kind: 'equals', value: comparableNumber(node) };
}

function anythingButExpression(node: JsonObject): Matcher[] {
  const [name, value] = onlyMember(node, 'Anything-But expression name not found');
  const list = value.kind === 'array' ? value.items : [value];
  const parse = ANYTHING_BUT.get(name);
  if (!parse) throw new PatternFault(`Unsupported anything-but pattern: ${name}`, value.start);
  return list.map(parse);
}

const ANYTHING_BUT: ReadonlyMap<string, (node: JsonNode) => Matcher> = new Map([
  ['prefix', (it: JsonNode) => forbiddenAffix('prefix', it)],
  ['suffix', (it: JsonNode) => forbiddenAffix('suffix', it)],
  ['equals-ignore-case', forbiddenText],
  ['wildcard', wildcard],
]);

function forbiddenText(node: JsonNode): Matcher {
  const text = textOf(node, 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.');
  return { kind: 'equals-ignore-case', text: foldCase(text) };
}

function forbiddenAffix(kind: 'prefix' | 'suffix', node: JsonNode): Matcher {
  const text = textOf(node, 'prefix/suffix match pattern must be a string');
  if (text === '') throw new PatternFault('Null prefix/suffix not allowed', node.end);
  return { kind, text, ignoresCase: false };
}

function onlyMember({ members, end }: JsonObject, without: string): readonly [string, JsonNode] {
  const [first, more] = members;
  if (first === undefined) throw new PatternFault(without, end);
  if (more !== undefined) throw new PatternFault('Only one key allowed in match expression', more[1].start);
  return first;
}

function textOf(node: JsonNode, otherwise: string): string {
  if (node.kind === 'string') return node.value;
  throw new PatternFault(otherwise, node.kind === 'object' || node.kind === 'array' ? node.start + 1 : node.end);
}
