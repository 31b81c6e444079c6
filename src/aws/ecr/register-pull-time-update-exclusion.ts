import { registerPullTimeExclusion } from '../../registry/pull-time-exclusions.ts';
import type { RegisterPullTimeUpdateExclusionRequest, RegisterPullTimeUpdateExclusionResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';

type Request = RegisterPullTimeUpdateExclusionRequest;
type Response = RegisterPullTimeUpdateExclusionResponse;

/** Lets pulls of a user or role leave the time of an image's last pull as it is. API_RegisterPullTimeUpdateExclusion. */
export const RegisterPullTimeUpdateExclusion = operation<Request, Response>({
  service: 'ecr',
  name: 'RegisterPullTimeUpdateExclusion',
  action: 'ecr:RegisterPullTimeUpdateExclusion',
  resource: () => '*',

  async handle({ principalArn }, { world, registry }) {
    const { createdAt } = await registerPullTimeExclusion(world, registry, principalArn);
    return { principalArn, createdAt };
  },
});
