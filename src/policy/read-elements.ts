import type { JsonNode } from './json.ts';
import { POLICY_LIMITS } from './limits.ts';
import { PolicyMalformed } from './malformed.ts';
import { parseTemplate } from './template.ts';

/** IAM's words for what its grammar does not know. */
export function syntaxError() {
  return PolicyMalformed({ reason: 'Syntax errors in policy.' });
}

/** The elements of a document or statement: their names are known, and spelt as they are published. */
export class Elements {
  readonly #members: ReadonlyMap<string, JsonNode>;

  constructor(node: JsonNode, names: readonly string[]) {
    this.#members = membersOf(node);
    for (const name of this.#members.keys()) if (!names.includes(name)) throw syntaxError();
  }

  get(name: string): JsonNode | undefined {
    return this.#members.get(name);
  }

  /** An element or its `Not` form; both at once contradict each other. */
  oneOf(name: string, notName: string): FoundElement | undefined {
    const plain = this.#members.get(name);
    const not = this.#members.get(notName);
    if (plain && not) throw syntaxError();
    if (plain) return { node: plain, isNot: false };
    return not && { node: not, isNot: true };
  }
}

export interface FoundElement {
  readonly node: JsonNode;
  readonly isNot: boolean;
}

export function membersOf(node: JsonNode): ReadonlyMap<string, JsonNode> {
  if (node.kind !== 'object') throw syntaxError();
  return node.members;
}

/** A list, or one that stands for a list of one. */
export function listOf(node: JsonNode): readonly JsonNode[] {
  return node.kind === 'array' ? node.items : [node];
}

/** A string within its limits; a pattern has a limit of wildcards too. */
export function stringOf(node: JsonNode, { isPattern = false } = {}): string {
  if (node.kind !== 'string') throw syntaxError();
  return limited(node.value, { isPattern });
}

export function limited(text: string, { isPattern }: { readonly isPattern: boolean }): string {
  if (text.length > POLICY_LIMITS.stringLength) {
    throw PolicyMalformed({ reason: `The policy has a string longer than ${POLICY_LIMITS.stringLength} characters.` });
  }
  if (!text.isWellFormed()) throw syntaxError();
  if (isPattern && (text.match(/[*?]/g)?.length ?? 0) > POLICY_LIMITS.wildcards) {
    throw PolicyMalformed({ reason: `The policy has a pattern with more than ${POLICY_LIMITS.wildcards} wildcards.` });
  }
  return text;
}

/** @throws PolicyMalformed when a `${` is not the start of a variable */
export function checkVariables(text: string): void {
  if (text.includes('${') && !parseTemplate(text, { variables: true })) throw syntaxError();
}
