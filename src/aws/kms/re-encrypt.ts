import { SYMMETRIC } from '../../kms/encrypt.ts';
import { reEncrypt } from '../../kms/re-encrypt.ts';
import { Invalid } from '../../kms/refusals.ts';
import type { ReEncryptRequest, ReEncryptResponse } from '../model/kms.ts';
import { ASKS_ITSELF, operation } from '../operation.ts';
import { refuseRecipient } from './refuse-recipient.ts';

/** Decrypts under one key and encrypts under another; the plaintext stays inside. API_ReEncrypt. */
export const ReEncrypt = operation<ReEncryptRequest, ReEncryptResponse>({
  service: 'kms',
  name: 'ReEncrypt',
  action: ASKS_ITSELF,
  resource: () => '*',

  async handle(input, call) {
    refuseRecipient(input);
    const { CiphertextBlob: blob, SourceEncryptionAlgorithm: from = SYMMETRIC } = input;
    const { DestinationEncryptionAlgorithm: to = SYMMETRIC } = input;
    if (blob === undefined) throw Invalid({ what: 'CiphertextBlob must be given.' });
    const done = await reEncrypt(call.world, call.caller, {
      blob,
      grantTokens: input.GrantTokens,
      isDryRun: input.DryRun ?? false,
      source: { keyId: input.SourceKeyId, context: input.SourceEncryptionContext ?? {}, algorithm: from },
      target: { keyId: input.DestinationKeyId, context: input.DestinationEncryptionContext ?? {}, algorithm: to },
    });
    call.act.resources = [done.source.arn, done.target.arn];
    return {
      CiphertextBlob: done.blob,
      SourceKeyId: done.source.arn,
      KeyId: done.target.arn,
      SourceEncryptionAlgorithm: from,
      DestinationEncryptionAlgorithm: to,
    };
  },
});
