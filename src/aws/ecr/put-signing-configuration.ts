import { putSigningConfiguration } from '../../signing/configuration.ts';
import type { PutSigningConfigurationRequest, PutSigningConfigurationResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';

/** Says what is signed when it is pushed to the caller's registry. API_PutSigningConfiguration. */
export const PutSigningConfiguration = operation<PutSigningConfigurationRequest, PutSigningConfigurationResponse>({
  service: 'ecr',
  name: 'PutSigningConfiguration',
  action: 'ecr:PutSigningConfiguration',
  resource: () => '*',

  async handle({ signingConfiguration }, { world, registry }) {
    await putSigningConfiguration(world, registry, signingConfiguration);
    return { signingConfiguration };
  },
});
