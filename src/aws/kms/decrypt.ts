import { decrypt, SYMMETRIC } from '../../kms/encrypt.ts';
import { materialIdOf } from '../../kms/material-ids.ts';
import { Invalid } from '../../kms/refusals.ts';
import type { DecryptRequest, DecryptResponse } from '../model/kms.ts';
import { ASKS_ITSELF, operation } from '../operation.ts';
import { refuseRecipient } from './refuse-recipient.ts';

/** Decrypts what a key encrypted; of a symmetric key the ciphertext says which. API_Decrypt. */
export const Decrypt = operation<DecryptRequest, DecryptResponse>({
  service: 'kms',
  name: 'Decrypt',
  action: ASKS_ITSELF,
  resource: () => '*',

  async handle(input, call) {
    refuseRecipient(input);
    const { CiphertextBlob: blob, EncryptionAlgorithm: algorithm = SYMMETRIC } = input;
    if (blob === undefined) throw Invalid({ what: 'CiphertextBlob must be given.' });
    const { plaintext, key, version } = await decrypt(call.world, call.caller, {
      blob,
      algorithm,
      keyId: input.KeyId,
      action: 'Decrypt',
      encryptionContext: input.EncryptionContext ?? {},
      grantTokens: input.GrantTokens,
      isDryRun: input.DryRun ?? false,
      conditions: [['kms:EncryptionAlgorithm', algorithm]],
    });
    call.act.resources = [key.arn];
    const materialId = version && (await materialIdOf(call.world, key.row.key_id, version));
    return {
      KeyId: key.arn,
      Plaintext: plaintext,
      EncryptionAlgorithm: algorithm,
      ...(materialId !== undefined && materialId !== 0 && { KeyMaterialId: materialId }),
    };
  },
});
