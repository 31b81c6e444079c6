import { disableRotation } from '../../kms/rotation.ts';
import type { DisableKeyRotationRequest } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Rotates a key no more by itself. API_DisableKeyRotation. */
export const DisableKeyRotation = keyOperation<DisableKeyRotationRequest, void>({
  name: 'DisableKeyRotation',
  handle: (_, { world }, key) => disableRotation(world, key),
});
