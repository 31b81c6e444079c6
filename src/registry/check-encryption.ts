import type { Caller } from '../identity/caller.ts';
import { type RepositoryKey, repositoryKey } from '../kms/repository-grants.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { InvalidParameter } from './refusals.ts';

/** How a repository shall be encrypted. */
export interface AskedEncryption {
  readonly type: string;
  readonly kmsKey?: string;
  /** Who asks: KMS decides what he may. */
  readonly caller?: Caller;
}

/**
 * The key that a repository will be encrypted with; undefined where that is the registry's own. Types beside AES256 are
 * KMS and KMS_DSSE, which differ in how often the bytes are encrypted.
 *
 * @throws InvalidParameter, KmsFailed
 */
export async function checkEncryption(
  core: Core,
  of: { readonly registry: RegistryId; readonly repositoryName: string },
  { type, kmsKey, caller }: AskedEncryption,
): Promise<RepositoryKey | undefined> {
  if (type !== 'AES256') {
    if (caller === undefined) throw new Error('Nobody asks for a repository with a KMS key.');
    return repositoryKey(core, caller, { ...of, kmsKey });
  }
  if (kmsKey === undefined) return undefined;
  throw InvalidParameter({
    member: 'encryptionConfiguration',
    constraint: 'A KMS key can only be given when the encryptionType is KMS or KMS_DSSE',
  });
}
