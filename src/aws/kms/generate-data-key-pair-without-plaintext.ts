import { newDataKeyPair } from '../../kms/generate-data-key.ts';
import type {
  GenerateDataKeyPairWithoutPlaintextRequest,
  GenerateDataKeyPairWithoutPlaintextResponse,
} from '../model/kms.ts';
import { usingKey } from './key-operation.ts';

/** Makes a pair; its private half comes encrypted under a key. API_GenerateDataKeyPairWithoutPlaintext. */
export const GenerateDataKeyPairWithoutPlaintext = usingKey<
  GenerateDataKeyPairWithoutPlaintextRequest,
  GenerateDataKeyPairWithoutPlaintextResponse
>({
  name: 'GenerateDataKeyPairWithoutPlaintext',
  usage: 'ENCRYPT_DECRYPT',
  takesContext: true,
  conditions: ({ KeyPairSpec }) => [['kms:DataKeyPairSpec', KeyPairSpec]],

  async handle(input, { world }, key) {
    const { KeyPairSpec: spec, EncryptionContext: context = {} } = input;
    const { blob, publicKey, materialId } = await newDataKeyPair(world, key, { spec, context });
    return {
      PrivateKeyCiphertextBlob: blob,
      PublicKey: publicKey,
      KeyId: key.arn,
      KeyPairSpec: spec,
      ...(materialId !== undefined && { KeyMaterialId: materialId }),
    };
  },
});
