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
import { openTarget, type StoredTarget, sealTarget } from './sealed-parameters.ts';

/**
 * Adds targets to a rule; one whose id it has is replaced.
 *
 * @throws Invalid, ResourceNotFound, LimitExceeded
 */
export async function putTargets(
  { metadata, secrets }: Pick<World, 'metadata' | 'secrets'>,
  registry: RegistryId,
  { rule: name, targets }: { readonly rule: string; readonly targets: readonly RuleTarget[] },
): Promise<void> {
  for (const target of targets) checkTarget(target);
  await metadata.write(async (tx) => {
    const rule = { ...registry, name };
    if (!(await holdEventRule(tx, rule))) throw ruleNotFound(name);
    for (const target of targets) {
      const { Id: target_id, Arn: arn } = target;
      const stored = JSON.stringify(sealTarget(secrets, registry.account, target));
      await putEventTarget(tx, { ...registry, rule_name: name, target_id, arn, target: stored });
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
  { metadata, secrets }: Pick<World, 'metadata' | 'secrets'>,
  registry: RegistryId,
  name: string,
): Promise<RuleTarget[]> {
  return metadata.read(async (tx) => {
    const rule = { ...registry, name };
    if (!(await findEventRule(tx, rule))) throw ruleNotFound(name);
    const targets = await targetsOfRule(tx, rule);
    return targets.map((it) => openTarget(secrets, registry.account, storedTargetOf(it.target)));
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
export function storedTargetOf(json: string): StoredTarget {
  return JSON.parse(json) as StoredTarget;
}
