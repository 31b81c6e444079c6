import type { Caller } from '../identity/caller.ts';
import { decrypt, encrypt } from './encrypt.ts';
import type { EncryptionContext } from './encryption-context.ts';
import type { Key } from './find-key.ts';
import { DryRun } from './refusals.ts';
import { type Using, usableKey } from './use-key.ts';

interface Side {
  readonly context: EncryptionContext;
  readonly algorithm: string;
}

export interface ReEncrypt {
  readonly blob: Uint8Array;
  readonly source: Side & { readonly keyId: string | undefined };
  readonly target: Side & { readonly keyId: string };
  readonly grantTokens: readonly string[] | undefined;
  readonly isDryRun: boolean;
}

/** The same under another key, or with another context. @throws what decrypting and encrypting throw; DryRun */
export async function reEncrypt(
  world: Using,
  caller: Caller,
  { blob, source, target, grantTokens, isDryRun }: ReEncrypt,
): Promise<{ readonly blob: Buffer; readonly source: Key; readonly target: Key }> {
  const isSame = String(source.keyId === target.keyId);
  const to = await usableKey(world, caller, {
    keyId: target.keyId,
    action: 'ReEncryptTo',
    usage: 'ENCRYPT_DECRYPT',
    encryptionContext: target.context,
    grantTokens,
    conditions: [
      ['kms:EncryptionAlgorithm', target.algorithm],
      ['kms:ReEncryptOnSameKey', isSame],
    ],
  });
  const opened = await decrypt(world, caller, {
    blob,
    keyId: source.keyId,
    action: 'ReEncryptFrom',
    encryptionContext: source.context,
    algorithm: source.algorithm,
    grantTokens,
    conditions: [
      ['kms:EncryptionAlgorithm', source.algorithm],
      ['kms:ReEncryptOnSameKey', isSame],
    ],
  });
  if (isDryRun) throw DryRun({});
  const { plaintext } = opened;
  const sealed = await encrypt(world, to, { plaintext, algorithm: target.algorithm, context: target.context });
  plaintext.fill(0);
  return { blob: sealed, source: opened.key, target: to };
}
