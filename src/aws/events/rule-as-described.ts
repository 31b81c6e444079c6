import type { getRule } from '../../events/rules.ts';
import { DEFAULT_BUS, eventRuleArn } from '../../values/event-arn.ts';
import type { Rule } from '../model/events.ts';

/** A rule as DescribeRule and ListRules show it. */
export function ruleAsDescribed(row: Awaited<ReturnType<typeof getRule>>): Rule {
  return {
    Name: row.name,
    Arn: eventRuleArn(row, row.name),
    EventPattern: row.pattern,
    State: row.state as NonNullable<Rule['State']>,
    ...(row.description !== null && { Description: row.description }),
    ...(row.role_arn !== null && { RoleArn: row.role_arn }),
    EventBusName: DEFAULT_BUS,
  };
}
