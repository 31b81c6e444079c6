import { setEnabled } from '../../kms/change-state.ts';
import type { DisableKeyRequest } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Keeps a key from being used until it is enabled again. API_DisableKey. */
export const DisableKey = keyOperation<DisableKeyRequest, void>({
  name: 'DisableKey',
  handle: (_, { world }, key) => setEnabled(world, key, false),
});
