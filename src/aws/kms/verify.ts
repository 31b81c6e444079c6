import { verifySignature } from '../../kms/sign.ts';
import type { VerifyRequest, VerifyResponse } from '../model/kms.ts';
import { usingKey } from './key-operation.ts';

/** Verifies a signature; a wrong one is an error. API_Verify. */
export const Verify = usingKey<VerifyRequest, VerifyResponse>({
  name: 'Verify',
  usage: 'SIGN_VERIFY',
  conditions: ({ SigningAlgorithm, MessageType = 'RAW' }) => [
    ['kms:SigningAlgorithm', SigningAlgorithm],
    ['kms:MessageType', MessageType],
  ],

  async handle(input, { world }, key) {
    const { Message: message, MessageType: type = 'RAW', SigningAlgorithm: algorithm, Signature: signature } = input;
    await verifySignature(world, key, { message, type, algorithm, signature });
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: algorithm };
  },
});
