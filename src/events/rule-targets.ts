import {
  findEventRule,
  holdEventRule,
  putEventTarget,
  removeEventTarget,
  rulesWithTarget,
  targetsOfRule,
} from '../storage/metadata/event-rules.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { checkTarget, type RuleTarget } from './check-target.ts';
import { EVENT_LIMITS } from './limits.ts';
import { LimitExceeded, ruleNotFound } from './refusals.ts';

/**
 * Adds targets to a rule; one whose id it has is replaced.
 *
 * @throws Invalid, ResourceNotFound, LimitExceeded
 */
export async function putTargets(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  { rule: name, targets }: { readonly rule: string; readonly targets: readonly RuleTarget[] },
): Promise<void> {
  for (const target of targets) checkTarget(target);
  await metadata.write(async (tx) => {
    const rule = { ...registry, name };
    if (!(await holdEventRule(tx, rule))) throw ruleNotFound(name);
    for (const target of targets) {
      const { Id: target_id, Arn: arn } = target;
      await putEventTarget(tx, { ...registry, rule_name: name, target_id, arn, target: JSON.stringify(target) });
    }
    if ((await targetsOfRule(tx, rule)).length > EVENT_LIMITS.targetsPerRule) throw LimitExceeded({});
  });
}

/** Takes targets off a rule; answers the ids that it did not have. @throws ResourceNotFound */
export function removeTargets(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  { rule: name, ids }: { readonly rule: string; readonly ids: readonly string[] },
): Promise<string[]> {
  return metadata.write(async (tx) => {
    const rule = { ...registry, name };
    if (!(await holdEventRule(tx, rule))) throw ruleNotFound(name);
    const unknown: string[] = [];
    for (const id of ids) if (!(await removeEventTarget(tx, rule, id))) unknown.push(id);
    return unknown;
  });
}

/** The targets of a rule by id. @throws ResourceNotFound */
export function listTargets(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  name: string,
): Promise<RuleTarget[]> {
  return metadata.read(async (tx) => {
    const rule = { ...registry, name };
    if (!(await findEventRule(tx, rule))) throw ruleNotFound(name);
    return (await targetsOfRule(tx, rule)).map((it) => ruleTargetOf(it.target));
  });
}

/** The names of the rules that send to a target. */
export function listRulesWithTarget(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  page: Parameters<typeof rulesWithTarget>[2],
): Promise<string[]> {
  return metadata.readOne((tx) => rulesWithTarget(tx, registry, page));
}

/** A target out of its row, where `putTargets` has put it. */
export function ruleTargetOf(json: string): RuleTarget {
  return JSON.parse(json) as RuleTarget;
}
