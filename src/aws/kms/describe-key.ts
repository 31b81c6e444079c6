import type { DescribeKeyRequest, DescribeKeyResponse } from '../model/kms.ts';
import { keyMetadata } from './key-metadata.ts';
import { keyOperation } from './key-operation.ts';

/** Shows a key. API_DescribeKey. */
export const DescribeKey = keyOperation<DescribeKeyRequest, DescribeKeyResponse>({
  name: 'DescribeKey',
  accepts: 'keys and aliases',

  async handle(_, call, key) {
    return { KeyMetadata: await keyMetadata(call, key) };
  },
});
