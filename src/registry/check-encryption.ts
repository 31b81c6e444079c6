import { InvalidParameter, KmsFailed } from './refusals.ts';

/**
 * Whether a repository can be encrypted as asked. There is no KMS here: a repository that says KMS and is not would be
 * worse than none.
 *
 * @throws KmsFailed, InvalidParameter
 */
export function checkEncryption({ type, kmsKey }: { readonly type: string; readonly kmsKey?: string }): void {
  if (type !== 'AES256') throw KmsFailed({ kmsError: 'NotFoundException', type });
  if (kmsKey !== undefined) {
    throw InvalidParameter({
      member: 'encryptionConfiguration',
      constraint: 'A KMS key can only be given when the encryptionType is KMS or KMS_DSSE',
    });
  }
}
