import { sign } from '../../kms/sign.ts';
import type { SignRequest, SignResponse } from '../model/kms.ts';
import { usingKey } from './key-operation.ts';

/** Signs a message, or a digest of one. API_Sign. */
export const Sign = usingKey<SignRequest, SignResponse>({
  name: 'Sign',
  usage: 'SIGN_VERIFY',
  conditions: ({ SigningAlgorithm, MessageType = 'RAW' }) => [
    ['kms:SigningAlgorithm', SigningAlgorithm],
    ['kms:MessageType', MessageType],
  ],

  async handle({ Message: message, MessageType: type = 'RAW', SigningAlgorithm: algorithm }, { world }, key) {
    const signature = await sign(world, key, { message, type, algorithm });
    return { KeyId: key.arn, Signature: signature, SigningAlgorithm: algorithm };
  },
});
