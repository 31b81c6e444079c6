import { tagConditions } from '../../kms/key-conditions.ts';
import { tagKey } from '../../kms/tags.ts';
import type { TagResourceRequest } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Sets tags of a key. API_TagResource. */
export const TagResource = keyOperation<TagResourceRequest, void>({
  name: 'TagResource',
  conditions: ({ Tags }) => tagConditions(Tags),
  handle: ({ Tags }, { world }, key) => tagKey(world, key, Tags),
});
