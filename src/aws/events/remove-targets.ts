import { removeTargets } from '../../events/rule-targets.ts';
import type { RemoveTargetsRequest, RemoveTargetsResponse } from '../model/events.ts';
import { ruleOperation } from './rule-operation.ts';

/** Takes targets off a rule. API_RemoveTargets. */
export const RemoveTargets = ruleOperation<RemoveTargetsRequest, RemoveTargetsResponse>({
  name: 'RemoveTargets',

  async handle({ Ids }, { world, registry }, rule) {
    const unknown = await removeTargets(world, registry, { rule, ids: Ids });
    return {
      FailedEntryCount: unknown.length,
      FailedEntries: unknown.map((id) => ({
        TargetId: id,
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Rule ${rule} does not have a target with the Id ${id}.`,
      })),
    };
  },
});
