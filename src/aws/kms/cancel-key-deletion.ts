import { cancelDeletion } from '../../kms/change-state.ts';
import type { CancelKeyDeletionRequest, CancelKeyDeletionResponse } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Keeps a key that was to be deleted; it is disabled then. API_CancelKeyDeletion. */
export const CancelKeyDeletion = keyOperation<CancelKeyDeletionRequest, CancelKeyDeletionResponse>({
  name: 'CancelKeyDeletion',

  async handle(_, { world }, key) {
    await cancelDeletion(world, key);
    return { KeyId: key.arn };
  },
});
