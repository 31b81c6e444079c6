import { newDataKey } from '../../kms/generate-data-key.ts';
import type { GenerateDataKeyWithoutPlaintextRequest, GenerateDataKeyWithoutPlaintextResponse } from '../model/kms.ts';
import { usingKey } from './key-operation.ts';

/** Makes a data key, encrypted under a key. API_GenerateDataKeyWithoutPlaintext. */
export const GenerateDataKeyWithoutPlaintext = usingKey<
  GenerateDataKeyWithoutPlaintextRequest,
  GenerateDataKeyWithoutPlaintextResponse
>({
  name: 'GenerateDataKeyWithoutPlaintext',
  usage: 'ENCRYPT_DECRYPT',
  takesContext: true,

  async handle(input, { world }, key) {
    const { KeySpec: spec, NumberOfBytes: bytes, EncryptionContext: context = {} } = input;
    const { blob, materialId } = await newDataKey(world, key, { spec, bytes, context });
    return {
      CiphertextBlob: blob,
      KeyId: key.arn,
      ...(materialId !== undefined && { KeyMaterialId: materialId }),
    };
  },
});
