import { findKeyUse, getKeyUse } from '../../../identity/iam/access-keys.ts';
import { targetFacts } from '../../../identity/iam/target-facts.ts';
import type { GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse } from '../../model/iam.ts';
import { operation } from '../../operation.ts';

/** What IAM says of a key that has never been used. */
const NEVER = { ServiceName: 'N/A', Region: 'N/A' };

/** When and for what a key of the account last signed a request, to a minute. API_GetAccessKeyLastUsed. */
export const GetAccessKeyLastUsed = operation<GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse>({
  service: 'iam',
  name: 'GetAccessKeyLastUsed',
  action: 'iam:GetAccessKeyLastUsed',
  async resource({ AccessKeyId }, { world, principal: { account } }) {
    const name = (await findKeyUse(world, account, AccessKeyId))?.userName;
    return name === undefined ? '*' : (await targetFacts(world, { kind: 'user', account, name })).arn;
  },

  async handle({ AccessKeyId }, { world, principal }) {
    const { userName, lastUsed } = await getKeyUse(world, principal.account, AccessKeyId);
    return {
      ...(userName !== undefined && { UserName: userName }),
      AccessKeyLastUsed: lastUsed
        ? { LastUsedDate: lastUsed.at, ServiceName: lastUsed.service, Region: lastUsed.region }
        : NEVER,
    };
  },
});
