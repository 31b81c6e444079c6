import { JsonFault, type JsonNode, parseJson, positionAt } from './json.ts';
import { POLICY_LIMITS } from './limits.ts';
import { PolicyMalformed } from './malformed.ts';
import type { ParsedPolicy, ParsedStatement } from './parsed-policy.ts';
import { readActions } from './read-actions.ts';
import { readConditions } from './read-conditions.ts';
import { Elements, listOf, stringOf, syntaxError } from './read-elements.ts';
import { readPrincipals } from './read-principals.ts';
import type { PolicyKind } from './types.ts';

const VERSIONS = ['2008-10-17', '2012-10-17'] as const;

/**
 * The document as data: all that its grammar demands of every kind of policy. What a kind demands beyond is in
 * `check-kind.ts`. IAM User Guide, "Grammar of the IAM JSON policy language".
 *
 * @throws PolicyMalformed
 */
export function readDocument(text: string, kind?: PolicyKind): ParsedPolicy {
  if (text.length > POLICY_LIMITS.characters) {
    throw PolicyMalformed({ reason: `The policy is longer than ${POLICY_LIMITS.characters} characters.` });
  }
  if (/[^\t\n\r\u0020-\u00ff]/.test(text)) throw syntaxError();
  const document = new Elements(readJson(text, kind), ['Version', 'Id', 'Statement']);
  const version = readVersion(document.get('Version'));
  const id = document.get('Id');
  const statements = document.get('Statement');
  if (statements === undefined) throw syntaxError();
  const nodes = statements.kind === 'array' ? statements.items : [statements];
  if (nodes.length === 0) throw syntaxError();
  if (nodes.length > POLICY_LIMITS.statements) {
    throw PolicyMalformed({ reason: `The policy has more than ${POLICY_LIMITS.statements} statements.` });
  }
  return {
    version,
    id: id && stringOf(id),
    statements: nodes.map((it) => readStatement(text, it, version === '2012-10-17')),
  };
}

function readJson(text: string, kind: PolicyKind | undefined): JsonNode {
  try {
    return parseJson(text, { nesting: POLICY_LIMITS.nesting });
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    throw PolicyMalformed({ reason: reasonOf(error, kind) });
  }
}

function reasonOf({ kind: fault, message }: JsonFault, kind: PolicyKind | undefined): string {
  if (fault === 'duplicate') return `Duplicate keys are not allowed in a policy. ${message}`;
  if (fault === 'nesting') return `The policy is nested deeper than ${POLICY_LIMITS.nesting} levels.`;
  return kind === 'trust' ? 'This policy contains invalid Json' : 'The policy is not in the valid JSON format.';
}

function readVersion(node: JsonNode | undefined): ParsedPolicy['version'] {
  if (node === undefined) return '2008-10-17';
  const text = stringOf(node);
  const version = VERSIONS.find((it) => it === text);
  if (version === undefined)
    throw PolicyMalformed({ reason: 'Policy document must be version 2012-10-17 or greater.' });
  return version;
}

function readStatement(text: string, node: JsonNode, hasVariables: boolean): ParsedStatement {
  const elements = new Elements(node, [
    'Sid',
    'Effect',
    'Principal',
    'NotPrincipal',
    'Action',
    'NotAction',
    'Resource',
    'NotResource',
    'Condition',
  ]);
  const sid = elements.get('Sid');
  return {
    sid: sid && stringOf(sid),
    effect: readEffect(elements),
    principals: readPrincipals(elements.oneOf('Principal', 'NotPrincipal')),
    actions: readActions(elements.oneOf('Action', 'NotAction')),
    resources: readResources(elements),
    conditions: readConditions(elements.get('Condition'), { hasVariables }),
    start: positionAt(text, node.start),
    end: positionAt(text, node.end),
  };
}

function readEffect(elements: Elements): 'Allow' | 'Deny' {
  const node = elements.get('Effect');
  const effect = node && stringOf(node);
  if (effect !== 'Allow' && effect !== 'Deny') throw syntaxError();
  return effect;
}

function readResources(elements: Elements): ParsedStatement['resources'] {
  const found = elements.oneOf('Resource', 'NotResource');
  if (found === undefined) return undefined;
  const values = listOf(found.node).map((it) => stringOf(it, { isPattern: true }));
  if (values.length === 0) throw PolicyMalformed({ reason: 'Policy statement must contain resources.' });
  return { isNot: found.isNot, values };
}
