import { listPullTimeExclusions } from '../../registry/pull-time-exclusions.ts';
import type { ListPullTimeUpdateExclusionsRequest, ListPullTimeUpdateExclusionsResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { nextPage, pageOf } from './paging.ts';

type Request = ListPullTimeUpdateExclusionsRequest;
type Response = ListPullTimeUpdateExclusionsResponse;

/** Whose pulls leave the time of an image's last pull as it is. API_ListPullTimeUpdateExclusions. */
export const ListPullTimeUpdateExclusions = operation<Request, Response>({
  service: 'ecr',
  name: 'ListPullTimeUpdateExclusions',
  action: 'ecr:ListPullTimeUpdateExclusions',
  resource: () => '*',

  async handle(input, { world, registry }) {
    const listing = { operation: 'ListPullTimeUpdateExclusions', registry };
    const { principalArns, next } = await listPullTimeExclusions(world, registry, pageOf(world, listing, input));
    return { pullTimeUpdateExclusions: principalArns, ...nextPage(world, listing, next) };
  },
});
