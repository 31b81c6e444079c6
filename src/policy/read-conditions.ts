import type { JsonNode } from './json.ts';
import { POLICY_LIMITS } from './limits.ts';
import { PolicyMalformed } from './malformed.ts';
import { findOperator } from './operators.ts';
import type { ParsedCondition } from './parsed-policy.ts';
import { checkVariables, limited, listOf, membersOf, syntaxError } from './read-elements.ts';

/** Operators, keys and values. A key that nothing knows is no fault: it is missing in every request. */
export function readConditions(
  node: JsonNode | undefined,
  { hasVariables }: { readonly hasVariables: boolean },
): readonly ParsedCondition[] {
  if (node === undefined) return [];
  const conditions: ParsedCondition[] = [];
  for (const [operator, keys] of membersOf(node)) {
    const found = findOperator(operator);
    if (!found && operator !== 'Null') throw syntaxError();
    const seen = new Set<string>();
    for (const [key, given] of membersOf(keys)) {
      checkKey(key);
      // Names of keys have no case, so these are the same key twice.
      if (seen.has(key.toLowerCase())) throw syntaxError();
      seen.add(key.toLowerCase());
      const values = listOf(given).map(textOfValue);
      if (values.length === 0) throw syntaxError();
      if (!found && !values.every((it) => /^(?:true|false)$/i.test(it))) throw syntaxError();
      if (found?.takesVariables && hasVariables) values.forEach(checkVariables);
      conditions.push({ operator, key, values });
    }
  }
  if (conditions.length > POLICY_LIMITS.conditionKeys) {
    throw PolicyMalformed({ reason: `A statement has more than ${POLICY_LIMITS.conditionKeys} condition keys.` });
  }
  return conditions;
}

function checkKey(key: string): void {
  limited(key, { isPattern: false });
  if (!/^[^:]+:./.test(key)) {
    throw PolicyMalformed({
      reason: 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    });
  }
}

/** Numbers and booleans stand for their text. */
function textOfValue(node: JsonNode): string {
  if (node.kind === 'string') return limited(node.value, { isPattern: true });
  if (node.kind === 'number' || (node.kind === 'word' && node.text !== 'null')) return node.text;
  throw syntaxError();
}
