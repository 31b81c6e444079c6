import type { Caller } from '../identity/caller.ts';
import type { World } from '../world.ts';
import { denialOf, keyFor, ownRegistry } from './authorize-key.ts';
import { materialOf, openBlob, sealBlob } from './ciphertext-blob.ts';
import { contextLength, type EncryptionContext } from './encryption-context.ts';
import { findKeyById, type Key } from './find-key.ts';
import { checkGrantTokens } from './grant-token.ts';
import { withMaterial } from './kept-material.ts';
import type { Conditions } from './key-conditions.ts';
import { mustBeEnabled, mustBeFor } from './key-state.ts';
import { CONTEXT_CHARACTERS } from './limits.ts';
import { CiphertextDenied, DryRun, IncorrectKey, Invalid, InvalidCiphertext, keyNotFound } from './refusals.ts';

export type Using = Pick<World, 'metadata' | 'rootKey' | 'ids' | 'clock' | 'log' | 'secrets'>;

/** What every call that uses a key has. */
export interface Use {
  readonly keyId: string;
  /** As it stands behind `kms:`, and in a grant's operations. */
  readonly action: string;
  readonly usage: 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY' | 'GENERATE_VERIFY_MAC';
  /** `{}` where the operation takes one and none was given. */
  readonly encryptionContext?: EncryptionContext | undefined;
  readonly grantTokens?: readonly string[] | undefined;
  readonly conditions?: Conditions;
}

/**
 * A key that the caller may use for this, and that can be used now.
 *
 * @throws Invalid, InvalidGrantToken, NotFound, InvalidArn, AccessDenied, KeyDisabled, InvalidState, InvalidKeyUsage
 */
export async function usableKey(world: Using, caller: Caller, use: Use): Promise<Key> {
  checkContext(use.encryptionContext);
  checkGrantTokens(world, use.grantTokens);
  const key = await keyFor(world, caller, { ...use, accepts: 'keys and aliases' });
  mustBeEnabled(key.row);
  mustBeFor(key.row, use.usage, use.action);
  return key;
}

/** @throws Invalid for more characters than KMS takes */
export function checkContext(context: EncryptionContext = {}): void {
  if (contextLength(context) <= CONTEXT_CHARACTERS) return;
  throw Invalid({ what: `The encryption context is longer than ${CONTEXT_CHARACTERS} characters.` });
}

/** Encrypts with the newest material of a symmetric key. @throws NotFound when the key went meanwhile, KeyUnavailable */
export async function sealUnder(
  world: Using,
  { row, arn }: Key,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Promise<{ readonly blob: Buffer; readonly version: number }> {
  const material = { keyId: row.key_id, version: row.current_version };
  const blob = await withMaterial(world, material, (key) =>
    sealBlob({ ...material, key }, plaintext, context, world.ids),
  );
  if (blob === undefined) throw keyNotFound(arn);
  return { blob, version: row.current_version };
}

export interface OpenBlob {
  readonly blob: Uint8Array;
  readonly keyId?: string | undefined;
  readonly encryptionContext: EncryptionContext;
  readonly grantTokens?: readonly string[] | undefined;
  readonly conditions?: Conditions;
  /** `Decrypt`, or `ReEncryptFrom`. */
  readonly action: string;
  readonly isDryRun?: boolean;
}

/**
 * Opens what a symmetric key encrypted. The blob says which key that is; who names one besides must be right. Without a
 * name, a key that is unknown, another account's or not allowed is denied in the same words.
 *
 * @throws Invalid, InvalidCiphertext, CiphertextDenied, IncorrectKey, and what `usableKey` throws
 */
export async function openUnder(
  world: Using,
  caller: Caller,
  { blob, keyId, encryptionContext, isDryRun = false, ...use }: OpenBlob,
): Promise<{ readonly plaintext: Buffer; readonly key: Key; readonly version: number }> {
  const material = materialOf(blob);
  if (keyId === undefined && material === undefined) throw InvalidCiphertext({});
  const key =
    keyId === undefined
      ? await keyOfBlob(world, caller, material?.keyId ?? '', { ...use, encryptionContext })
      : await usableKey(world, caller, { ...use, keyId, encryptionContext, usage: 'ENCRYPT_DECRYPT' });
  if (material === undefined) throw InvalidCiphertext({});
  if (material.keyId !== key.row.key_id) throw IncorrectKey({});
  if (isDryRun) throw DryRun({});
  const plaintext = await withMaterial(world, material, (opened) => openBlob(opened, blob, encryptionContext));
  if (plaintext === undefined) throw InvalidCiphertext({});
  return { plaintext, key, version: material.version };
}

async function keyOfBlob(
  world: Using,
  caller: Caller,
  keyId: string,
  use: Pick<Use, 'action' | 'encryptionContext' | 'grantTokens' | 'conditions'>,
): Promise<Key> {
  checkContext(use.encryptionContext);
  checkGrantTokens(world, use.grantTokens);
  const key = await findKeyById(world, keyId);
  const isHere = key?.row.region === ownRegistry(caller).region;
  if (!key || !isHere || (await denialOf(world, caller, key, use))) throw CiphertextDenied({});
  mustBeEnabled(key.row);
  return key;
}
