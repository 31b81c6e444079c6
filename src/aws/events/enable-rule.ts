import { enableRule } from '../../events/rules.ts';
import type { EnableRuleRequest } from '../model/events.ts';
import { ruleOperation } from './rule-operation.ts';

/** Has a rule match events again. API_EnableRule. */
export const EnableRule = ruleOperation<EnableRuleRequest, void>({
  name: 'EnableRule',
  handle: (_, { world, registry }, name) => enableRule(world, registry, { name, isEnabled: true }),
});
