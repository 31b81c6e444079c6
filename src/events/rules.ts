import {
  countEventRules,
  findEventRule,
  holdEventRule,
  listEventRules,
  putEventRule,
  putEventRuleTag,
  type RulePage,
  removeEventRule,
  setEventRuleState,
  targetsOfRule,
} from '../storage/metadata/event-rules.ts';
import type { EventRuleRow } from '../storage/metadata/event-tables.ts';
import { holdAccount } from '../storage/metadata/holds.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { compilePattern } from './compile-pattern.ts';
import { EVENT_LIMITS } from './limits.ts';
import { Invalid, LimitExceeded, ruleNotFound } from './refusals.ts';
import { checkEventTags, type EventTag } from './rule-tags.ts';

export interface PutRule {
  readonly registry: RegistryId;
  readonly name: string;
  readonly pattern: string | undefined;
  readonly schedule: string | undefined;
  /** As the API has it; enabled when not said. */
  readonly state: string | undefined;
  readonly description: string | undefined;
  readonly roleArn: string | undefined;
  /** Of a new rule: one that is there keeps its own. */
  readonly tags: readonly EventTag[];
}

const DISABLED = 'DISABLED';

/**
 * Makes a rule, or puts what is said here in the place of all that one of the name said.
 *
 * @throws Invalid, InvalidEventPattern, LimitExceeded
 */
export async function putRule(
  { metadata, clock }: Pick<World, 'metadata' | 'clock'>,
  { registry, name, pattern, schedule, state = 'ENABLED', description, roleArn, tags }: PutRule,
): Promise<void> {
  if (schedule !== undefined && schedule !== '') {
    throw Invalid({
      what: 'Parameter ScheduleExpression is not valid. Reason: Rules on a schedule are not served here; a rule has an EventPattern.',
    });
  }
  if (pattern === undefined || pattern === '') {
    throw Invalid({ what: 'Parameter(s) EventPattern or ScheduleExpression must be specified.' });
  }
  compilePattern(pattern);
  checkEventTags(tags);
  const row: EventRuleRow = {
    ...registry,
    name,
    pattern,
    is_enabled: state === DISABLED ? 0 : 1,
    state,
    description: description ?? null,
    role_arn: roleArn ?? null,
    created_by: registry.account,
    created_at: clock.now().getTime(),
  };
  await metadata.write(async (tx) => {
    const isNew = (await findEventRule(tx, { ...registry, name })) === undefined;
    if (isNew) {
      await holdAccount(tx, registry.account);
      if ((await countEventRules(tx, registry)) >= EVENT_LIMITS.rulesPerBus) throw LimitExceeded({});
    }
    await putEventRule(tx, row);
    if (!isNew) return;
    for (const { Key: tag_key, Value: tag_value } of tags) {
      await putEventRuleTag(tx, { ...registry, rule_name: name, tag_key, tag_value });
    }
  });
}

/** @throws ResourceNotFound */
export async function getRule(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  name: string,
): Promise<EventRuleRow> {
  const row = await metadata.readOne((tx) => findEventRule(tx, { ...registry, name }));
  if (!row) throw ruleNotFound(name);
  return row;
}

/** Rules by name. */
export function listRules(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  page: RulePage,
): Promise<EventRuleRow[]> {
  return metadata.readOne((tx) => listEventRules(tx, registry, page));
}

/** @throws ResourceNotFound */
export async function enableRule(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  { name, isEnabled }: { readonly name: string; readonly isEnabled: boolean },
): Promise<void> {
  const state = { state: isEnabled ? 'ENABLED' : DISABLED, isEnabled };
  const isThere = await metadata.write((tx) => setEventRuleState(tx, { ...registry, name }, state));
  if (!isThere) throw ruleNotFound(name);
}

/** Deletes a rule that has no targets; one that is not there is no matter. @throws Invalid when it has some */
export function deleteRule({ metadata }: Pick<World, 'metadata'>, registry: RegistryId, name: string): Promise<void> {
  return metadata.write(async (tx) => {
    const rule = { ...registry, name };
    if (!(await holdEventRule(tx, rule))) return;
    if ((await targetsOfRule(tx, rule)).length > 0) {
      throw Invalid({ what: "Rule can't be deleted since it has targets." });
    }
    await removeEventRule(tx, rule);
  });
}
