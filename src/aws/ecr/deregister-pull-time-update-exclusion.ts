import { deregisterPullTimeExclusion } from '../../registry/pull-time-exclusions.ts';
import type {
  DeregisterPullTimeUpdateExclusionRequest,
  DeregisterPullTimeUpdateExclusionResponse,
} from '../model/ecr.ts';
import { operation } from '../operation.ts';

type Request = DeregisterPullTimeUpdateExclusionRequest;
type Response = DeregisterPullTimeUpdateExclusionResponse;

/** Lets them count again. API_DeregisterPullTimeUpdateExclusion. */
export const DeregisterPullTimeUpdateExclusion = operation<Request, Response>({
  service: 'ecr',
  name: 'DeregisterPullTimeUpdateExclusion',
  action: 'ecr:DeregisterPullTimeUpdateExclusion',
  resource: () => '*',

  async handle({ principalArn }, { world, registry }) {
    await deregisterPullTimeExclusion(world, registry, principalArn);
    return { principalArn };
  },
});
