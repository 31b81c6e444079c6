import { getRule } from '../../events/rules.ts';
import type { DescribeRuleRequest, DescribeRuleResponse } from '../model/events.ts';
import { ruleAsDescribed } from './rule-as-described.ts';
import { ruleOperation } from './rule-operation.ts';

/** Shows a rule. API_DescribeRule. */
export const DescribeRule = ruleOperation<DescribeRuleRequest, DescribeRuleResponse>({
  name: 'DescribeRule',

  async handle(_, { world, registry }, name) {
    const row = await getRule(world, registry, name);
    return { ...ruleAsDescribed(row), CreatedBy: row.created_by };
  },
});
