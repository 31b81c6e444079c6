import { patternConditions, tagConditions } from '../../events/rule-conditions.ts';
import { putRule } from '../../events/rules.ts';
import { eventRuleArn } from '../../values/event-arn.ts';
import type { PutRuleRequest, PutRuleResponse } from '../model/events.ts';
import { askToPassRoles } from './pass-roles.ts';
import { ruleOperation } from './rule-operation.ts';

/** Makes a rule about events, or changes it. API_PutRule. */
export const PutRule = ruleOperation<PutRuleRequest, PutRuleResponse>({
  name: 'PutRule',
  furtherActions: ({ Tags = [] }) => (Tags.length > 0 ? ['events:TagResource'] : []),
  conditions: ({ EventPattern, Tags }) => [...patternConditions(EventPattern), ...tagConditions(Tags)],

  async handle(input, call, name) {
    await askToPassRoles(call, [input.RoleArn]);
    await putRule(call.world, {
      registry: call.registry,
      name,
      pattern: input.EventPattern,
      schedule: input.ScheduleExpression,
      state: input.State,
      description: input.Description,
      roleArn: input.RoleArn,
      tags: input.Tags ?? [],
    });
    return { RuleArn: eventRuleArn(call.registry, name) };
  },
});
