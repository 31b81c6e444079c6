import { listTargets } from '../../events/rule-targets.ts';
import type { ListTargetsByRuleRequest, ListTargetsByRuleResponse } from '../model/events.ts';
import { cutPage, pageOf } from './pages.ts';
import { ruleOperation } from './rule-operation.ts';

/** Lists the targets of a rule by id. API_ListTargetsByRule. */
export const ListTargetsByRule = ruleOperation<ListTargetsByRuleRequest, ListTargetsByRuleResponse>({
  name: 'ListTargetsByRule',

  async handle(input, call, rule) {
    const list = ['ListTargetsByRule', rule];
    const { after, limit } = pageOf(call, list, input);
    const targets = await listTargets(call.world, call.registry, rule);
    const rest = targets.filter((it) => after === undefined || it.Id > after);
    const { page, more } = cutPage(call, list, rest, { limit, positionOf: (it) => it.Id });
    return { Targets: page.map((it) => ({ ...it })), ...more };
  },
});
