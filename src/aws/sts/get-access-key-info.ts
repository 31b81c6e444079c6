import { accountOfKey } from '../../identity/sts/account-of-key.ts';
import type { GetAccessKeyInfoRequest, GetAccessKeyInfoResponse } from '../model/sts.ts';
import { operation } from '../operation.ts';

/** Says which account an access key is of. API_GetAccessKeyInfo. */
export const GetAccessKeyInfo = operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse>({
  service: 'sts',
  name: 'GetAccessKeyInfo',
  action: 'sts:GetAccessKeyInfo',
  resource: () => '*',

  handle: async (input, { world }) => ({ Account: await accountOfKey(world, input.AccessKeyId) }),
});
