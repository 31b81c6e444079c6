import { PolicyMalformed } from './malformed.ts';
import type { Listed } from './parsed-policy.ts';
import { type NamedPrincipal, parsePrincipal } from './principals.ts';
import { type FoundElement, listOf, membersOf, stringOf, syntaxError } from './read-elements.ts';

/** `*`, or who is named under `AWS`, `Service` and `Federated`. */
export function readPrincipals(found: FoundElement | undefined): Listed<NamedPrincipal> | undefined {
  if (found === undefined) return undefined;
  const { node, isNot } = found;
  if (node.kind === 'string') {
    if (node.value !== '*') throw syntaxError();
    return { isNot, values: [{ kind: 'everyone', text: '*' }] };
  }
  const values: NamedPrincipal[] = [];
  for (const [type, named] of membersOf(node)) {
    for (const it of listOf(named)) {
      const text = stringOf(it);
      const principal = parsePrincipal(type, text);
      if (!principal) throw PolicyMalformed({ reason: `Invalid principal in policy: "${type}":"${text}"` });
      values.push(principal);
    }
  }
  if (values.length === 0) throw syntaxError();
  return { isNot, values };
}
