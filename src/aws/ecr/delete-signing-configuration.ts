import { deleteSigningConfiguration } from '../../signing/configuration.ts';
import type { DeleteSigningConfigurationRequest, DeleteSigningConfigurationResponse } from '../model/ecr.ts';
import { operation } from '../operation.ts';

/** Has nothing signed any more when it is pushed; signatures stay. API_DeleteSigningConfiguration. */
export const DeleteSigningConfiguration = operation<
  DeleteSigningConfigurationRequest,
  DeleteSigningConfigurationResponse
>({
  service: 'ecr',
  name: 'DeleteSigningConfiguration',
  action: 'ecr:DeleteSigningConfiguration',
  resource: () => '*',

  async handle(_, { world, registry }) {
    return { registryId: registry.account, signingConfiguration: await deleteSigningConfiguration(world, registry) };
  },
});
