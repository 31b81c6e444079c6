import { putTargets } from '../../events/rule-targets.ts';
import type { PutTargetsRequest, PutTargetsResponse } from '../model/events.ts';
import { askToPassRoles } from './pass-roles.ts';
import { ruleOperation } from './rule-operation.ts';

/** Adds targets to a rule, or changes them. API_PutTargets. */
export const PutTargets = ruleOperation<PutTargetsRequest, PutTargetsResponse>({
  name: 'PutTargets',
  conditions: ({ Targets }) => [['events:TargetArn', Targets.map((it) => it.Arn)]],

  async handle({ Targets }, call, rule) {
    await askToPassRoles(
      call,
      Targets.map((it) => it.RoleArn),
    );
    await putTargets(call.world, call.registry, { rule, targets: Targets });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
});
