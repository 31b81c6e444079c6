import { getSessionToken } from '../../identity/sts/get-session-token.ts';
import type { GetSessionTokenRequest, GetSessionTokenResponse } from '../model/sts.ts';
import { ASKS_ITSELF, operation } from '../operation.ts';
import { describeCredentials } from './describe-credentials.ts';
import { refuseMfa } from './refuse-mfa.ts';

/** Gives temporary credentials of the caller himself. No policy can deny it. API_GetSessionToken. */
export const GetSessionToken = operation<GetSessionTokenRequest, GetSessionTokenResponse>({
  service: 'sts',
  name: 'GetSessionToken',
  action: ASKS_ITSELF,
  resource: () => '*',

  async handle(input, { world, signer }) {
    refuseMfa(input);
    return { Credentials: describeCredentials(getSessionToken(world, signer, input.DurationSeconds)) };
  },
});
