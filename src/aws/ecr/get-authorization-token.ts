import { issueLoginToken } from '../../identity/login-token.ts';
import type { GetAuthorizationTokenRequest, GetAuthorizationTokenResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';
import { registryOf } from './registry.ts';
import { registryUrl } from './registry-address.ts';

/**
 * A docker login: user AWS and a password for twelve hours, with one entry for each registry asked for. It stands for
 * the caller, not for a registry: what he may do there is asked when he uses it. API_GetAuthorizationToken.
 */
export const GetAuthorizationToken = operation<GetAuthorizationTokenRequest, GetAuthorizationTokenResponse>({
  service: 'ecr',
  name: 'GetAuthorizationToken',
  action: 'ecr:GetAuthorizationToken',
  resource: () => '*',

  async handle({ registryIds }, call) {
    const { password, expiresAt } = issueLoginToken(call.world, call.signer, call.registry.region);
    const authorizationToken = Buffer.from(`AWS:${password}`, 'utf8').toString('base64');
    return {
      authorizationData: (registryIds ?? [call.registry.account]).map((registryId) => ({
        authorizationToken,
        expiresAt,
        proxyEndpoint: registryUrl(call, registryOf({ registryId }, call)),
      })),
    };
  },
});
