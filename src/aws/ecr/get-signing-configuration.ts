import { getSigningConfiguration } from '../../signing/configuration.ts';
import type { GetSigningConfigurationRequest, GetSigningConfigurationResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';

/** What is signed when it is pushed to the caller's registry. API_GetSigningConfiguration. */
export const GetSigningConfiguration = operation<GetSigningConfigurationRequest, GetSigningConfigurationResponse>({
  service: 'ecr',
  name: 'GetSigningConfiguration',
  action: 'ecr:GetSigningConfiguration',
  resource: () => '*',

  async handle(_, { world, registry }) {
    return { registryId: registry.account, signingConfiguration: await getSigningConfiguration(world, registry) };
  },
});
