import { checkKind } from './check-kind.ts';
import type { ParsedPolicy } from './parsed-policy.ts';
import { readDocument } from './read-document.ts';
import type { PolicyKind } from './types.ts';

/**
 * Reads a document that someone wants to store, or to have in force for a session (kind `identity`, as are boundaries).
 * Sizes that differ by what a document is for are not checked here: `policySize` counts as IAM does.
 *
 * @throws PolicyMalformed, in IAM's words
 */
export function parsePolicy(text: string, kind: PolicyKind): ParsedPolicy {
  const policy = readDocument(text, kind);
  checkKind(policy, kind);
  return policy;
}

const RESOLVED = new Set(['account', 'user', 'role', 'unique-id', 'session', 'federated-user']);

/**
 * Whom the document's Principal elements name under `AWS`, each once, as it stands there: ARNs of accounts, users, roles
 * and sessions, account numbers, unique ids. `*` is nobody in particular.
 */
export function namedPrincipals({ statements }: ParsedPolicy): readonly string[] {
  const named = statements.flatMap((it) => it.principals?.values ?? []).filter((it) => RESOLVED.has(it.kind));
  return [...new Set(named.map((it) => it.text))];
}
