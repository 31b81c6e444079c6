import { macOf } from '../../kms/mac.ts';
import type { GenerateMacRequest, GenerateMacResponse } from '../model/kms.ts';
import { usingKey } from './key-operation.ts';

/** The HMAC of a message. API_GenerateMac. */
export const GenerateMac = usingKey<GenerateMacRequest, GenerateMacResponse>({
  name: 'GenerateMac',
  usage: 'GENERATE_VERIFY_MAC',
  conditions: ({ MacAlgorithm }) => [['kms:MacAlgorithm', MacAlgorithm]],

  async handle({ Message, MacAlgorithm }, { world }, key) {
    const mac = await macOf(world, key, MacAlgorithm, Message);
    return { Mac: mac, MacAlgorithm, KeyId: key.arn };
  },
});
