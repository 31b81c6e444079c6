import { getAccountSetting } from '../../registry/account-settings.ts';
import type { GetAccountSettingRequest, GetAccountSettingResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';

/** A setting of the caller's account in the region, or its default. API_GetAccountSetting. */
export const GetAccountSetting = operation<GetAccountSettingRequest, GetAccountSettingResponse>({
  service: 'ecr',
  name: 'GetAccountSetting',
  action: 'ecr:GetAccountSetting',
  resource: () => '*',
  conditions: ({ name }) => [['ecr:AccountSetting', name]],

  async handle({ name }, call) {
    return { name, value: await getAccountSetting(call.world, call.registry, name) };
  },
});
