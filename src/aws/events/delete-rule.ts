import { deleteRule } from '../../events/rules.ts';
import type { DeleteRuleRequest } from '../model/events.ts';
import { ruleOperation } from './rule-operation.ts';

/** Deletes a rule that has no targets. API_DeleteRule. */
export const DeleteRule = ruleOperation<DeleteRuleRequest, void>({
  name: 'DeleteRule',
  handle: (_, { world, registry }, name) => deleteRule(world, registry, name),
});
