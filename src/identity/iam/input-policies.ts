import { compilePolicy } from '../../policy/compile.ts';
import { parsePolicy } from '../../policy/parse.ts';
import type { Attached, CompiledPolicy, PolicySource } from '../../policy/types.ts';
import { Refusal } from '../../values/refusal.ts';
import { InvalidInput } from './refusals.ts';

/**
 * Documents that a simulation is given, each called by its list and place: `PolicyInputList.1`.
 *
 * @throws InvalidInput for one that is malformed
 */
export function inputPolicies(list: string, documents: readonly string[]): Attached[] {
  return documents.map((document, at) => {
    const id = `${list}.${at + 1}`;
    return attach(id, 'none', () => {
      parsePolicy(document, 'identity');
      return compilePolicy(document);
    });
  });
}

/** A resource's policy, of whatever service. @throws InvalidInput */
export function inputResourcePolicy(document: string): Attached {
  return attach('ResourcePolicy', 'resource', () => compilePolicy(document));
}

/** The one boundary that there can be; undefined when there is none. @throws InvalidInput */
export function inputBoundary(documents: readonly string[] = []): Attached | undefined {
  if (documents.length > 1) {
    throw InvalidInput({ what: 'PermissionsBoundaryPolicyInputList must contain one policy at most.' });
  }
  return inputPolicies('PermissionsBoundaryPolicyInputList', documents)[0];
}

function attach(id: string, source: PolicySource, read: () => CompiledPolicy): Attached {
  try {
    return { policy: read(), id, source };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw InvalidInput({ what: `Invalid input policy ${id}: ${error.message}` });
  }
}
