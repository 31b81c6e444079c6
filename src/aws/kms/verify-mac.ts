import { verifyMac } from '../../kms/mac.ts';
import type { VerifyMacRequest, VerifyMacResponse } from '../model/kms.ts';
import { usingKey } from './key-operation.ts';

/** Verifies an HMAC; a wrong one is an error. API_VerifyMac. */
export const VerifyMac = usingKey<VerifyMacRequest, VerifyMacResponse>({
  name: 'VerifyMac',
  usage: 'GENERATE_VERIFY_MAC',
  conditions: ({ MacAlgorithm }) => [['kms:MacAlgorithm', MacAlgorithm]],

  async handle({ Message: message, MacAlgorithm: algorithm, Mac: mac }, { world }, key) {
    await verifyMac(world, key, { algorithm, message, mac });
    return { KeyId: key.arn, MacValid: true, MacAlgorithm: algorithm };
  },
});
