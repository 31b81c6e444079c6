import { eventRuleTags } from '../storage/metadata/event-rules.ts';
import { Refusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { compilePattern } from './compile-pattern.ts';
import type { EventPattern } from './pattern/match.ts';
import type { EventTag } from './rule-tags.ts';

type Conditions = readonly (readonly [key: string, value: string | readonly string[]])[];

/** The condition keys of a call about a rule. Service Authorization Reference, "Amazon EventBridge". */
export async function ruleConditions(
  { metadata }: Pick<World, 'metadata'>,
  registry: RegistryId,
  name: string,
): Promise<Conditions> {
  const tags = await metadata.readOne((tx) => eventRuleTags(tx, { ...registry, name }));
  return [
    ['events:creatorAccount', registry.account],
    ...tags.map((it) => [`aws:ResourceTag/${it.tag_key}`, it.tag_value] as const),
  ];
}

/** Those of what a new rule looks for: the sources and detail types that its pattern names. */
export function patternConditions(text: string | undefined): Conditions {
  const pattern = text === undefined ? undefined : readable(text);
  if (!pattern) return [];
  return [
    ['events:source', textsOf(pattern, 'source')],
    ['events:detail-type', textsOf(pattern, 'detail-type')],
  ];
}

export function tagConditions(tags: readonly EventTag[] = []): Conditions {
  if (tags.length === 0) return [];
  return [
    ...tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value] as const),
    ['aws:TagKeys', tags.map((it) => it.Key)],
  ];
}

/** What cannot be read is refused later, by who is allowed to be told why. */
function readable(text: string): EventPattern | undefined {
  try {
    return compilePattern(text);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function textsOf({ fields }: EventPattern, name: string): string[] {
  return fields
    .flatMap((it) => (it.name === name && 'matchers' in it ? it.matchers : []))
    .flatMap((it) => (it.kind === 'equals' && typeof it.value === 'string' ? [it.value] : []));
}
