import { setEnabled } from '../../kms/change-state.ts';
import type { EnableKeyRequest } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Lets a key be used again. API_EnableKey. */
export const EnableKey = keyOperation<EnableKeyRequest, void>({
  name: 'EnableKey',
  handle: (_, { world }, key) => setEnabled(world, key, true),
});
