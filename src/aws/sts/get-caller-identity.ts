import type { GetCallerIdentityResponse } from '../model/sts.ts';
import { ASKS_ITSELF, type Empty, operation } from '../operation.ts';

/** Says who is calling. No policy can deny it. API_GetCallerIdentity. */
export const GetCallerIdentity = operation<Empty, GetCallerIdentityResponse>({
  service: 'sts',
  name: 'GetCallerIdentity',
  action: ASKS_ITSELF,
  resource: () => '*',

  handle: async (_input, { principal: { userId, account, arn } }) => ({ UserId: userId, Account: account, Arn: arn }),
});
