import { mustBeDefaultBus } from '../../events/event-bus.ts';
import { ruleConditions } from '../../events/rule-conditions.ts';
import { DEFAULT_BUS, eventRuleArn } from '../../values/event-arn.ts';
import { type Call, type Operation, type OperationParts, operation } from '../operation.ts';

interface OfRule {
  readonly Name?: string;
  readonly Rule?: string;
  readonly EventBusName?: string;
}

interface RuleOperation<In, Out> extends Pick<OperationParts<In, Out>, 'furtherActions'> {
  /** Its name in the model, and behind `events:` in policies. */
  readonly name: string;
  /** Condition keys beside those that every call about a rule has. */
  conditions?(input: In): Iterable<readonly [key: string, value: string | readonly string[]]>;
  handle(input: In, call: Call, rule: string): Promise<Out>;
}

/** An operation about one rule of the default bus. */
export function ruleOperation<In extends OfRule, Out>(parts: RuleOperation<In, Out>): Operation {
  const { name, conditions, furtherActions } = parts;
  return operation<In, Out>({
    service: 'events',
    name,
    action: `events:${name}`,
    ...(furtherActions && { furtherActions }),
    resource: (input, { registry }) => eventRuleArn(registry, pathOf(input)),
    conditions: async (input, { world, registry }) => [
      ...(await ruleConditions(world, registry, nameOf(input))),
      ...(conditions?.(input) ?? []),
    ],
    async handle(input, call) {
      mustBeDefaultBus(call.registry, input.EventBusName);
      return parts.handle(input, call, nameOf(input));
    },
  });
}

function nameOf({ Name, Rule }: OfRule): string {
  return Name ?? Rule ?? '';
}

/** A rule of another bus has the bus in its ARN. */
function pathOf({ EventBusName = DEFAULT_BUS, ...input }: OfRule): string {
  const bus = EventBusName.replace(/^arn:.*:event-bus\//, '');
  return bus === DEFAULT_BUS ? nameOf(input) : `${bus}/${nameOf(input)}`;
}
