import { checkDataKey, generateDataKey, openDataKey, wrapDataKey } from '../kms/data-keys.ts';
import type { EncryptionContext } from '../kms/encryption-context.ts';
import { BadEnvelope } from '../kms/envelope/bad-envelope.ts';
import type { WrappedKeys } from '../kms/envelope/header.ts';
import type { DataKeys } from '../kms/envelope/keys.ts';
import { registryKeyOf } from '../kms/registry-key.ts';
import { partitionOf, repositoryArn } from '../values/arn.ts';
import { nameBeforeDeletion } from '../values/deleted-name.ts';
import { Refusal } from '../values/refusal.ts';
import type { World } from '../world.ts';
import type { Repository } from './repository.ts';

/** What data keys are made and opened with. */
export type SealingWorld = Pick<World, 'metadata' | 'rootKey' | 'clock' | 'ids' | 'log' | 'installationId'>;

/** A repository, as far as it is encrypted. */
export type Encrypted = Pick<Repository, 'registry' | 'name' | 'encryption'>;

/** What wrapped keys open with; bound to them, and kept beside them. */
export interface SealedFor {
  readonly repositoryArn: string;
  readonly objectArn: string;
}

/**
 * Which repositories share bytes with this one: those of the registry for which it is the same. Empty for those that are
 * encrypted with the registry's own key.
 */
export function keyScopeOf({ encryption: { type, kmsKey } }: Pick<Repository, 'encryption'>): string {
  return type === 'AES256' ? '' : `${type} ${kmsKey ?? ''}`;
}

/** How an object of the repository is named where KMS is told of it. It need not lie in S3. */
export function sealedFor({ registry, name }: Pick<Repository, 'registry' | 'name'>, object: string): SealedFor {
  return {
    repositoryArn: repositoryArn(registry, nameBeforeDeletion(name)),
    objectArn: `arn:${partitionOf(registry.region)}:s3:::berth/${object}`,
  };
}

/**
 * Whether the repository can be pushed to as far as its key goes; the registry's own key always can be used.
 *
 * @throws the refusals of KMS when the repository's key cannot be used now
 */
export async function checkKeyOf(world: SealingWorld, repository: Encrypted): Promise<void> {
  if (repository.encryption.type === 'AES256') return;
  // A data key that nothing is sealed with: the answer is all that is wanted.
  await newDataKeys(world, repository, sealedFor(repository, ''));
}

/**
 * New data keys under the repository's key: one, or two for KMS_DSSE.
 *
 * @throws the refusals of KMS when the key cannot be used now
 */
export async function newDataKeys(
  world: SealingWorld,
  repository: Encrypted,
  object: SealedFor,
): Promise<{ readonly dataKeys: DataKeys; readonly wrapped: WrappedKeys }> {
  const key = await keyOf(world, repository);
  const encryptionContext = contextOf(object);
  const one = await generateDataKey(world, { ...key, encryptionContext });
  if (repository.encryption.type !== 'KMS_DSSE') return { dataKeys: [one.plaintext], wrapped: [one.ciphertextBlob] };
  const two = await generateDataKey(world, { ...key, encryptionContext });
  return { dataKeys: [one.plaintext, two.plaintext], wrapped: [one.ciphertextBlob, two.ciphertextBlob] };
}

/**
 * The data keys that were wrapped for an object.
 *
 * @throws BadEnvelope when they were not; the refusals of KMS when the key cannot be used now
 */
export async function openDataKeys(world: SealingWorld, wrapped: WrappedKeys, object: SealedFor): Promise<DataKeys> {
  const one = await open(world, wrapped[0], object);
  return wrapped[1] === undefined ? [one] : [one, await open(world, wrapped[1], object)];
}

/**
 * Whether what is wrapped may be opened now. True when that is so for good: the key is the registry's own, which nobody can
 * disable or delete.
 *
 * @throws the refusals of KMS when the key cannot be used now
 */
export async function checkDataKeys(world: SealingWorld, wrapped: WrappedKeys, object: SealedFor): Promise<boolean> {
  return checkDataKey(world, { ciphertextBlob: wrapped[0], encryptionContext: contextOf(object) });
}

async function open(world: SealingWorld, ciphertextBlob: Buffer, object: SealedFor): Promise<Buffer> {
  try {
    return await openDataKey(world, { ciphertextBlob, encryptionContext: contextOf(object) });
  } catch (error) {
    // Nobody was refused: what is kept beside the bytes was changed.
    if (error instanceof Refusal && error.code === 'InvalidCiphertextException') {
      throw new BadEnvelope('a wrapped key that was changed, or is another object’s', { cause: error });
    }
    throw error;
  }
}

/**
 * The same data keys, wrapped for another repository with the same key.
 *
 * @throws the refusals of KMS when the key cannot be used now
 */
export async function wrapDataKeys(
  world: SealingWorld,
  repository: Encrypted,
  dataKeys: DataKeys,
  object: SealedFor,
): Promise<WrappedKeys> {
  const key = await keyOf(world, repository);
  const encryptionContext = contextOf(object);
  const one = await wrapDataKey(world, { ...key, encryptionContext, plaintext: dataKeys[0] });
  if (dataKeys[1] === undefined) return [one];
  return [one, await wrapDataKey(world, { ...key, encryptionContext, plaintext: dataKeys[1] })];
}

async function keyOf(world: SealingWorld, { registry, encryption: { type, kmsKey } }: Encrypted) {
  if (type === 'AES256') return registryKeyOf(world, registry);
  return { keyId: kmsKey ?? '', ...registry };
}

/** API_KmsKey: what CloudTrail shows of ECR's calls, and key policies can ask for. */
function contextOf({ repositoryArn: repository, objectArn }: SealedFor): EncryptionContext {
  return { 'aws:ecr:arn': repository, 'aws:s3:arn': objectArn };
}
