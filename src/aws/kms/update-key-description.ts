import { describeAs } from '../../kms/change-state.ts';
import type { UpdateKeyDescriptionRequest } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Describes a key anew. API_UpdateKeyDescription. */
export const UpdateKeyDescription = keyOperation<UpdateKeyDescriptionRequest, void>({
  name: 'UpdateKeyDescription',
  handle: ({ Description }, { world }, key) => describeAs(world, key, Description),
});
