import {
  eventRuleTags,
  findEventRule,
  holdEventRule,
  putEventRuleTag,
  removeEventRuleTags,
} from '../storage/metadata/event-rules.ts';
import { parseEventRuleArn } from '../values/event-arn.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { EVENT_LIMITS } from './limits.ts';
import { Invalid, LimitExceeded, ResourceNotFound, ruleNotFound } from './refusals.ts';

export interface EventTag {
  readonly Key: string;
  readonly Value: string;
}

/** @throws Invalid, LimitExceeded */
export function checkEventTags(tags: readonly EventTag[]): void {
  const keys = tags.map((it) => it.Key);
  const reserved = keys.find((it) => it.toLowerCase().startsWith('aws:'));
  if (reserved !== undefined) throw Invalid({ what: `Tag keys starting with 'aws:' are reserved: ${reserved}` });
  if (new Set(keys).size < keys.length) throw Invalid({ what: 'Tag keys must be unique.' });
  if (tags.length > EVENT_LIMITS.tagsPerRule) throw LimitExceeded({});
}

/** The tags of the rule that the ARN names. @throws ResourceNotFound */
export function listRuleTags(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  arn: string,
): Promise<EventTag[]> {
  const rule = ruleOf(registry, arn);
  return metadata.read(async (tx) => {
    if (!(await findEventRule(tx, rule))) throw ruleNotFound(rule.name);
    const rows = await eventRuleTags(tx, rule);
    return rows.map((it) => ({ Key: it.tag_key, Value: it.tag_value }));
  });
}

/** Sets tags of a rule; others stay. @throws ResourceNotFound, Invalid, LimitExceeded */
export async function tagRule(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  { arn, tags }: { readonly arn: string; readonly tags: readonly EventTag[] },
): Promise<void> {
  const rule = ruleOf(registry, arn);
  checkEventTags(tags);
  await metadata.write(async (tx) => {
    if (!(await holdEventRule(tx, rule))) throw ruleNotFound(rule.name);
    for (const { Key: tag_key, Value: tag_value } of tags) {
      await putEventRuleTag(tx, { ...registry, rule_name: rule.name, tag_key, tag_value });
    }
    if ((await eventRuleTags(tx, rule)).length > EVENT_LIMITS.tagsPerRule) throw LimitExceeded({});
  });
}

/** Takes tags off a rule; those that it does not have are no matter. @throws ResourceNotFound */
export async function untagRule(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  { arn, keys }: { readonly arn: string; readonly keys: readonly string[] },
): Promise<void> {
  const rule = ruleOf(registry, arn);
  await metadata.write(async (tx) => {
    if (!(await holdEventRule(tx, rule))) throw ruleNotFound(rule.name);
    if (keys.length > 0) await removeEventRuleTags(tx, rule, keys);
  });
}

function ruleOf({ account, region }: RegistryId, arn: string) {
  const parsed = parseEventRuleArn(arn);
  if (!parsed || parsed.registry.account !== account || parsed.registry.region !== region) {
    throw ResourceNotFound({ what: `Resource ${arn} does not exist.` });
  }
  return { account, region, name: parsed.name };
}
