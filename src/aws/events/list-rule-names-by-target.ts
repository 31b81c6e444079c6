import { mustBeDefaultBus } from '../../events/event-bus.ts';
import { listRulesWithTarget } from '../../events/rule-targets.ts';
import type { ListRuleNamesByTargetRequest, ListRuleNamesByTargetResponse } from '../model/events.ts';
import { operation } from '../operation.ts';
import { cutPage, pageOf } from './pages.ts';

/** Names the rules that send to a target. API_ListRuleNamesByTarget. */
export const ListRuleNamesByTarget = operation<ListRuleNamesByTargetRequest, ListRuleNamesByTargetResponse>({
  service: 'events',
  name: 'ListRuleNamesByTarget',
  action: 'events:ListRuleNamesByTarget',
  resource: () => '*',

  async handle(input, call) {
    const { TargetArn: arn, EventBusName } = input;
    mustBeDefaultBus(call.registry, EventBusName);
    const list = ['ListRuleNamesByTarget', arn];
    const { after, limit } = pageOf(call, list, input);
    const found = await listRulesWithTarget(call.world, call.registry, { arn, after, limit: limit + 1 });
    const { page, more } = cutPage(call, list, found, { limit, positionOf: (it) => it });
    return { RuleNames: page, ...more };
  },
});
