import { getFederationToken } from '../../identity/sts/get-federation-token.ts';
import type { GetFederationTokenRequest, GetFederationTokenResponse } from '../model/sts.ts';
import { ASKS_ITSELF, operation } from '../operation.ts';
import { describeCredentials, describePacked, passedBy } from './describe-credentials.ts';

/** Gives temporary credentials of somebody whom the caller vouches for. API_GetFederationToken. */
export const GetFederationToken = operation<GetFederationTokenRequest, GetFederationTokenResponse>({
  service: 'sts',
  name: 'GetFederationToken',
  // Who calls decides first whether there is anything to ask.
  action: ASKS_ITSELF,
  resource: () => '*',

  async handle(input, { world, caller, signer }) {
    const { credentials, id, arn, packedPolicySize } = await getFederationToken(
      world,
      { caller, signer },
      {
        ...passedBy(input),
        name: input.Name,
        durationSeconds: input.DurationSeconds,
        tags: (input.Tags ?? []).map((it) => ({ key: it.Key, value: it.Value })),
      },
    );
    return {
      Credentials: describeCredentials(credentials),
      FederatedUser: { FederatedUserId: id, Arn: arn },
      ...describePacked(packedPolicySize),
    };
  },
});
