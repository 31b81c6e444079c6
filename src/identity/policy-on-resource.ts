import { compilePolicy } from '../policy/compile.ts';
import { namedPrincipals, parsePolicy } from '../policy/parse.ts';
import type { ParsedPolicy } from '../policy/parsed-policy.ts';
import type { CompiledPolicy, PolicyKind } from '../policy/types.ts';
import type { ResourcePolicyRow } from '../storage/metadata/identity-tables.ts';
import { Refusal } from '../values/refusal.ts';
import type { World } from '../world.ts';
import { resolvePrincipals } from './name-principals.ts';

/** A document that may be put on a resource. */
export interface CheckedPolicy {
  readonly document: string;
  readonly parsed: ParsedPolicy;
  readonly compiled: CompiledPolicy;
  /** By the names of the users and roles in it, their ids. */
  readonly ids: Readonly<Record<string, string>>;
}

/**
 * Checks a document that shall be put on a resource: its grammar, then whether all whom it names exist. `refusal` makes
 * the service's own error of what is wrong.
 *
 * @throws what `refusal` gives
 */
export async function checkPolicy(
  world: Pick<World, 'metadata' | 'rules'>,
  kind: Exclude<PolicyKind, 'identity'>,
  document: string,
  refusal: (why: string) => Error,
): Promise<CheckedPolicy> {
  const parsed = parse(kind, document, refusal);
  const names = namedPrincipals(parsed);
  const { ids, unknown } = await world.metadata.read((tx) => resolvePrincipals(tx, names, world.rules));
  if (unknown.length > 0) throw refusal(`There is no principal ${unknown.join(', ')}.`);
  return { document, parsed, ids, compiled: compilePolicy(document, new Map(Object.entries(ids))) };
}

function parse(kind: PolicyKind, document: string, refusal: (why: string) => Error): ParsedPolicy {
  try {
    return parsePolicy(document, kind);
  } catch (error) {
    if (error instanceof Refusal) throw refusal(error.message);
    throw error;
  }
}

/** The row of a checked policy, under a version of its own. */
export function policyRow(
  { ids, clock }: Pick<World, 'ids' | 'clock'>,
  on: Pick<ResourcePolicyRow, 'kind' | 'resource_id'>,
  policy: CheckedPolicy,
): ResourcePolicyRow {
  return {
    ...on,
    document: policy.document,
    principals: JSON.stringify(policy.ids),
    version: ids.uuid(),
    updated_at: clock.now().getTime(),
  };
}
