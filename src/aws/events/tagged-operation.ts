import { ruleConditions } from '../../events/rule-conditions.ts';
import { parseEventRuleArn } from '../../values/event-arn.ts';
import { type Call, type Operation, operation } from '../operation.ts';

interface Tagged {
  readonly ResourceARN: string;
}

interface TaggedOperation<In, Out> {
  readonly name: string;
  /** Condition keys beside those that every call about a rule has. */
  conditions?(input: In): Iterable<readonly [key: string, value: string | readonly string[]]>;
  handle(input: In, call: Call): Promise<Out>;
}

/** An operation about the tags of what an ARN names. */
export function taggedOperation<In extends Tagged, Out>(parts: TaggedOperation<In, Out>): Operation {
  const { name, conditions, handle } = parts;
  return operation<In, Out>({
    service: 'events',
    name,
    action: `events:${name}`,
    resource: ({ ResourceARN }) => ResourceARN,
    async conditions(input, { world }) {
      const rule = parseEventRuleArn(input.ResourceARN);
      const own = rule ? await ruleConditions(world, rule.registry, rule.name) : [];
      return [...own, ...(conditions?.(input) ?? [])];
    },
    handle,
  });
}
