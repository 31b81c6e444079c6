import { newDataKeyPair } from '../../kms/generate-data-key.ts';
import type { GenerateDataKeyPairRequest, GenerateDataKeyPairResponse } from '../model/kms.ts';
import { usingKey } from './key-operation.ts';
import { refuseRecipient } from './refuse-recipient.ts';

/** Makes a pair; its private half comes in the clear and encrypted under a key. API_GenerateDataKeyPair. */
export const GenerateDataKeyPair = usingKey<GenerateDataKeyPairRequest, GenerateDataKeyPairResponse>({
  name: 'GenerateDataKeyPair',
  usage: 'ENCRYPT_DECRYPT',
  takesContext: true,
  conditions: ({ KeyPairSpec }) => [['kms:DataKeyPairSpec', KeyPairSpec]],

  async handle(input, { world }, key) {
    refuseRecipient(input);
    const { KeyPairSpec: spec, EncryptionContext: context = {} } = input;
    const { plaintext, blob, publicKey, materialId } = await newDataKeyPair(world, key, { spec, context });
    return {
      PrivateKeyCiphertextBlob: blob,
      PrivateKeyPlaintext: plaintext,
      PublicKey: publicKey,
      KeyId: key.arn,
      KeyPairSpec: spec,
      ...(materialId !== undefined && { KeyMaterialId: materialId }),
    };
  },
});
