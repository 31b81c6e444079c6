import { putAccountSetting } from '../../registry/account-settings.ts';
import type { PutAccountSettingRequest, PutAccountSettingResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';

/** Changes a setting of the caller's account in the region. API_PutAccountSetting. */
export const PutAccountSetting = operation<PutAccountSettingRequest, PutAccountSettingResponse>({
  service: 'ecr',
  name: 'PutAccountSetting',
  action: 'ecr:PutAccountSetting',
  resource: () => '*',
  conditions: ({ name }) => [['ecr:AccountSetting', name]],

  async handle({ name, value }, call) {
    return { name, value: await putAccountSetting(call.world, call.registry, name, value) };
  },
});
