import { grantsFor } from '../storage/metadata/kms-grants.ts';
import { findKey } from '../storage/metadata/kms-keys.ts';
import type { KmsKeyRow } from '../storage/metadata/kms-tables.ts';
import { keyArn, parseKeyName } from '../values/kms-arn.ts';
import { Refusal } from '../values/refusal.ts';
import type { World } from '../world.ts';
import { materialOf, openBlob, sealBlob } from './ciphertext-blob.ts';
import type { EncryptionContext } from './encryption-context.ts';
import { isGone } from './find-key.ts';
import { grantedBy, grants } from './grant.ts';
import { withMaterial } from './kept-material.ts';
import { mustBeEnabled } from './key-state.ts';
import { GrantMissing, InvalidCiphertext, KmsFailed, keyNotFound } from './refusals.ts';

const LENGTH = 32;

type Keys = Pick<World, 'metadata' | 'rootKey' | 'clock' | 'ids' | 'log'>;

/** The KMS key that a data key is to be under, and what is bound to it. */
interface UnderKey {
  readonly keyId: string;
  readonly account: string;
  readonly region: string;
  readonly encryptionContext: EncryptionContext;
}

export interface DataKey {
  /** 32 bytes. */
  readonly plaintext: Buffer;
  /** What `openDataKey` opens. */
  readonly ciphertextBlob: Buffer;
}

/**
 * A new data key under a KMS key, for ECR itself: of a customer's key it needs a grant for the ECR of the key's region,
 * whose constraints hold for `encryptionContext`. `keyId` is an id or an ARN, whose account and region count then.
 *
 * @throws KmsFailed with KMS's own code and text, such as DisabledException: whatever ended since the last time
 */
export async function generateDataKey(world: Keys, under: UnderKey): Promise<DataKey> {
  const plaintext = world.ids.bytes(LENGTH);
  return { plaintext, ciphertextBlob: await wrapDataKey(world, { ...under, plaintext }) };
}

/**
 * A data key that there is already, as `generateDataKey` would have wrapped it: for bytes that another resource gets too.
 *
 * @throws what `generateDataKey` throws
 */
export function wrapDataKey(world: Keys, under: UnderKey & Pick<DataKey, 'plaintext'>): Promise<Buffer> {
  return forEcr(() => wrap(world, under));
}

async function wrap(
  world: Keys,
  { keyId, account, region, encryptionContext, plaintext }: UnderKey & Pick<DataKey, 'plaintext'>,
): Promise<Buffer> {
  const name = parseKeyName(keyId, { account, region });
  const key = await usableByEcr(world, name?.id ?? keyId, { operation: 'GenerateDataKey', encryptionContext });
  if (name === undefined || key === undefined || key.account !== name.account || key.region !== name.region) {
    throw keyNotFound(keyArn(name ?? { account, region }, name?.id ?? keyId));
  }
  const material = { keyId: key.key_id, version: key.current_version };
  const ciphertextBlob = await withMaterial(world, material, (unwrapped) =>
    sealBlob({ ...material, key: unwrapped }, plaintext, encryptionContext, world.ids),
  );
  if (ciphertextBlob === undefined) throw keyNotFound(keyArn(key, key.key_id));
  return ciphertextBlob;
}

/** A data key as it is kept, and what is bound to it. */
interface Wrapped {
  readonly ciphertextBlob: Uint8Array;
  readonly encryptionContext: EncryptionContext;
}

/**
 * Opens what `generateDataKey` sealed, under the same conditions as they are now.
 *
 * @throws InvalidCiphertext when blob or context are not those of then; and what `generateDataKey` throws
 */
export function openDataKey(world: Keys, wrapped: Wrapped): Promise<Buffer> {
  return forEcr(() => open(world, wrapped));
}

async function open(world: Keys, { ciphertextBlob, encryptionContext }: Wrapped): Promise<Buffer> {
  const material = materialOf(ciphertextBlob);
  if (material === undefined) throw InvalidCiphertext({});
  const key = await usableByEcr(world, material.keyId, { operation: 'Decrypt', encryptionContext });
  if (key === undefined) throw keyNotFound(material.keyId);
  const plaintext = await withMaterial(world, material, (opened) =>
    openBlob(opened, ciphertextBlob, encryptionContext),
  );
  if (plaintext === undefined) throw InvalidCiphertext({});
  return plaintext;
}

/**
 * Whether `openDataKey` would be let to open it now, without opening it. True when nobody can ever end that: the key is
 * the registry's own.
 *
 * @throws what `openDataKey` throws of the key
 */
export function checkDataKey(world: Keys, { ciphertextBlob, encryptionContext }: Wrapped): Promise<boolean> {
  return forEcr(async () => {
    const material = materialOf(ciphertextBlob);
    if (material === undefined) return false;
    const key = await usableByEcr(world, material.keyId, { operation: 'Decrypt', encryptionContext });
    if (key === undefined) throw keyNotFound(material.keyId);
    return key.purpose === 'registry';
  });
}

/**
 * What KMS refuses ECR, as ECR tells it: both doors, and all that stands on layers, know one error for it. A ciphertext
 * that does not open was refused by nobody: it is damage, and stays what it is.
 */
export async function forEcr<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'InvalidCiphertextException') throw error;
    throw KmsFailed({ kmsError: error.code, what: error.message });
  }
}

/** The key, when ECR may use it now; undefined when there is none. */
async function usableByEcr(
  { metadata, clock }: Pick<Keys, 'metadata' | 'clock'>,
  keyId: string,
  { operation, encryptionContext }: { readonly operation: string; readonly encryptionContext: EncryptionContext },
): Promise<KmsKeyRow | undefined> {
  // Two statements of one message each, rather than one snapshot: each pull asks, and mostly the first is enough.
  const key = await metadata.readOne((tx) => findKey(tx, keyId));
  if (!key || isGone(key, clock.now())) return undefined;
  mustBeEnabled(key);
  if (key.purpose === 'registry') return key;
  const service = ecrService(key.region);
  const given = await metadata.readOne((tx) => grantsFor(tx, keyId, [service]));
  if (given.some((it) => grants(grantedBy(it), operation, encryptionContext))) return key;
  throw GrantMissing({ service, action: `kms:${operation}`, arn: keyArn(key, key.key_id) });
}

/** How ECR itself is called as a principal. */
export function ecrService(region: string): string {
  return `ecr.${region}.amazonaws.com`;
}
