import { enableRule } from '../../events/rules.ts';
import type { DisableRuleRequest } from '../model/events.ts';
import { ruleOperation } from './rule-operation.ts';

/** Has a rule match no events until it is enabled. API_DisableRule. */
export const DisableRule = ruleOperation<DisableRuleRequest, void>({
  name: 'DisableRule',
  handle: (_, { world, registry }, name) => enableRule(world, registry, { name, isEnabled: false }),
});
