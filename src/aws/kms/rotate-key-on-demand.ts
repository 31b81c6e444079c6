import { rotateOnDemand } from '../../kms/rotation.ts';
import type { RotateKeyOnDemandRequest, RotateKeyOnDemandResponse } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Gives a key new material at once. API_RotateKeyOnDemand. */
export const RotateKeyOnDemand = keyOperation<RotateKeyOnDemandRequest, RotateKeyOnDemandResponse>({
  name: 'RotateKeyOnDemand',

  async handle(_, { world }, key) {
    await rotateOnDemand(world, key);
    return { KeyId: key.arn };
  },
});
