import { assumeRole } from '../../identity/sts/assume-role.ts';
import { InvalidParameterValue } from '../../identity/sts/refusals.ts';
import type { AssumeRoleRequest, AssumeRoleResponse } from '../model/sts.ts';
import { ASKS_ITSELF, operation } from '../operation.ts';
import { describeRole, passedBy } from './describe-credentials.ts';
import { refuseMfa } from './refuse-mfa.ts';

/** Gives temporary credentials of a role that trusts the caller. API_AssumeRole. */
export const AssumeRole = operation<AssumeRoleRequest, AssumeRoleResponse>({
  service: 'sts',
  name: 'AssumeRole',
  // Who may know of the role is part of the work.
  action: ASKS_ITSELF,
  resource: (input) => input.RoleArn,

  async handle(input, { world, caller, act }) {
    refuseMfa(input);
    if (input.ProvidedContexts !== undefined) {
      throw InvalidParameterValue({ reason: 'ProvidedContexts are of no provider that is known here.' });
    }
    const role = await assumeRole(world, caller, {
      ...passedBy(input),
      roleArn: input.RoleArn,
      sessionName: input.RoleSessionName,
      durationSeconds: input.DurationSeconds,
      externalId: input.ExternalId,
      sourceIdentity: input.SourceIdentity,
      tags: (input.Tags ?? []).map((it) => ({ key: it.Key, value: it.Value })),
      transitiveTagKeys: input.TransitiveTagKeys ?? [],
    });
    // Its account learns of it only now: whoever is refused does not write into another account's records.
    act.resources = [input.RoleArn];
    return describeRole(role);
  },
});
