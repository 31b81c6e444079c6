import { publicKeyOf } from '../../kms/encrypt.ts';
import { checkGrantTokens } from '../../kms/grant-token.ts';
import { mustBeEnabled } from '../../kms/key-state.ts';
import { Unsupported } from '../../kms/refusals.ts';
import type { GetPublicKeyRequest, GetPublicKeyResponse } from '../model/kms.ts';
import { specMembers } from './key-metadata.ts';
import { keyOperation } from './key-operation.ts';

/** Shows the public half of a key. API_GetPublicKey. */
export const GetPublicKey = keyOperation<GetPublicKeyRequest, GetPublicKeyResponse>({
  name: 'GetPublicKey',
  accepts: 'keys and aliases',

  async handle({ GrantTokens }, { world }, key) {
    checkGrantTokens(world, GrantTokens);
    mustBeEnabled(key.row);
    if (key.row.spec === 'SYMMETRIC_DEFAULT' || key.row.key_usage === 'GENERATE_VERIFY_MAC') {
      throw Unsupported({ what: `${key.arn} has no public key.` });
    }
    return { KeyId: key.arn, PublicKey: await publicKeyOf(world, key), ...specMembers(key.row) };
  },
});
