import { encrypt, SYMMETRIC } from '../../kms/encrypt.ts';
import type { EncryptRequest, EncryptResponse } from '../model/kms.ts';
import { usingKey } from './key-operation.ts';

/** Encrypts up to 4,096 bytes under a key. API_Encrypt. */
export const Encrypt = usingKey<EncryptRequest, EncryptResponse>({
  name: 'Encrypt',
  usage: 'ENCRYPT_DECRYPT',
  takesContext: true,
  conditions: ({ EncryptionAlgorithm = SYMMETRIC }) => [['kms:EncryptionAlgorithm', EncryptionAlgorithm]],

  async handle({ Plaintext, EncryptionAlgorithm: algorithm = SYMMETRIC, EncryptionContext: context = {} }, call, key) {
    const blob = await encrypt(call.world, key, { plaintext: Plaintext, algorithm, context });
    return { CiphertextBlob: blob, KeyId: key.arn, EncryptionAlgorithm: algorithm };
  },
});
