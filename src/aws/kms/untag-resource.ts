import { untagKey } from '../../kms/tags.ts';
import type { UntagResourceRequest } from '../model/kms.ts';
import { keyOperation } from './key-operation.ts';

/** Takes tags off a key. API_UntagResource. */
export const UntagResource = keyOperation<UntagResourceRequest, void>({
  name: 'UntagResource',
  conditions: ({ TagKeys }) => [['aws:TagKeys', TagKeys]],
  handle: ({ TagKeys }, { world }, key) => untagKey(world, key, TagKeys),
});
