import { newDataKey } from '../../kms/generate-data-key.ts';
import type { GenerateDataKeyRequest, GenerateDataKeyResponse } from '../model/kms.ts';
import { usingKey } from './key-operation.ts';
import { refuseRecipient } from './refuse-recipient.ts';

/** Makes a data key, in the clear and encrypted under a key. API_GenerateDataKey. */
export const GenerateDataKey = usingKey<GenerateDataKeyRequest, GenerateDataKeyResponse>({
  name: 'GenerateDataKey',
  usage: 'ENCRYPT_DECRYPT',
  takesContext: true,

  async handle(input, { world }, key) {
    refuseRecipient(input);
    const { KeySpec: spec, NumberOfBytes: bytes, EncryptionContext: context = {} } = input;
    const { plaintext, blob, materialId } = await newDataKey(world, key, { spec, bytes, context });
    return {
      CiphertextBlob: blob,
      Plaintext: plaintext,
      KeyId: key.arn,
      ...(materialId !== undefined && { KeyMaterialId: materialId }),
    };
  },
});
