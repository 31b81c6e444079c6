import { mustBeDefaultBus } from '../../events/event-bus.ts';
import { listRules } from '../../events/rules.ts';
import type { ListRulesRequest, ListRulesResponse } from '../model/events.ts';
import { operation } from '../operation.ts';
import { cutPage, pageOf } from './pages.ts';
import { ruleAsDescribed } from './rule-as-described.ts';

/** Lists rules by name. API_ListRules. */
export const ListRules = operation<ListRulesRequest, ListRulesResponse>({
  service: 'events',
  name: 'ListRules',
  action: 'events:ListRules',
  resource: () => '*',

  async handle(input, call) {
    const { NamePrefix: prefix, EventBusName } = input;
    mustBeDefaultBus(call.registry, EventBusName);
    const list = ['ListRules', prefix];
    const { after, limit } = pageOf(call, list, input);
    const found = await listRules(call.world, call.registry, { prefix, after, limit: limit + 1 });
    const { page, more } = cutPage(call, list, found, { limit, positionOf: (it) => it.name });
    return { Rules: page.map(ruleAsDescribed), ...more };
  },
});
