import type { Key } from '../../kms/find-key.ts';
import { algorithmsOf } from '../../kms/key-specs.ts';
import { materialIdOf } from '../../kms/material-ids.ts';
import type { CustomerMasterKeySpec, KeyMetadata, KeySpec, KeyUsageType } from '../model/kms.ts';
import type { Call } from '../operation.ts';

/** A key as the API shows it. */
export async function keyMetadata({ world }: Pick<Call, 'world'>, { row, arn }: Key): Promise<KeyMetadata> {
  const materialId =
    row.spec === 'SYMMETRIC_DEFAULT' ? await materialIdOf(world, row.key_id, row.current_version) : undefined;
  return {
    AWSAccountId: row.account,
    KeyId: row.key_id,
    Arn: arn,
    CreationDate: new Date(row.created_at),
    Enabled: row.state === 'Enabled',
    Description: row.description,
    KeyState: row.state,
    Origin: 'AWS_KMS',
    KeyManager: row.purpose === null ? 'CUSTOMER' : 'AWS',
    ...specMembers(row),
    MultiRegion: false,
    ...(row.deletion_at !== null && { DeletionDate: new Date(row.deletion_at) }),
    ...(materialId !== undefined && { CurrentKeyMaterialId: materialId }),
  };
}

/** What a key is for, under both names of its spec. */
export function specMembers({ spec, key_usage }: Pick<Key['row'], 'spec' | 'key_usage'>) {
  const usage = key_usage as KeyUsageType; // Checked when the key was made.
  const algorithms = algorithmsOf(spec, usage);
  return {
    KeyUsage: usage,
    CustomerMasterKeySpec: spec as CustomerMasterKeySpec,
    KeySpec: spec as KeySpec,
    ...(usage === 'ENCRYPT_DECRYPT' && {
      EncryptionAlgorithms: algorithms as NonNullable<KeyMetadata['EncryptionAlgorithms']>,
    }),
    ...(usage === 'SIGN_VERIFY' && { SigningAlgorithms: algorithms as NonNullable<KeyMetadata['SigningAlgorithms']> }),
    ...(usage === 'GENERATE_VERIFY_MAC' && { MacAlgorithms: algorithms as NonNullable<KeyMetadata['MacAlgorithms']> }),
  };
}
