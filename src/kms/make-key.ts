import { createHash } from 'node:crypto';
import type { KmsKeyRow, KmsKeyVersionRow } from '../storage/metadata/kms-tables.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { wrapContext } from './kept-material.ts';
import { newMaterial } from './new-material.ts';
import { KeyUnavailable } from './refusals.ts';

export interface KeyParts {
  readonly registry: RegistryId;
  readonly purpose?: NonNullable<KmsKeyRow['purpose']>;
  readonly spec?: string;
  readonly usage?: string;
  readonly description?: string;
}

type Making = Pick<World, 'rootKey' | 'ids' | 'clock' | 'log'>;

/** The rows of a new key, its material drawn and wrapped. Nothing is stored. @throws KeyUnavailable */
export async function makeKey(
  world: Making,
  { registry, purpose, spec = 'SYMMETRIC_DEFAULT', usage = 'ENCRYPT_DECRYPT', description = '' }: KeyParts,
): Promise<{ readonly key: KmsKeyRow; readonly version: KmsKeyVersionRow }> {
  const keyId = world.ids.uuid();
  const key: KmsKeyRow = {
    key_id: keyId,
    account: registry.account,
    region: registry.region,
    purpose: purpose ?? null,
    description,
    spec,
    key_usage: usage,
    state: 'Enabled',
    created_at: world.clock.now().getTime(),
    deletion_at: null,
    current_version: 1,
    rotation_days: null,
    rotate_at: null,
  };
  return { key, version: await makeVersion(world, { keyId, version: 1, spec, rotation: null }) };
}

/** The row of new material for a key. */
export async function makeVersion(
  world: Making,
  {
    keyId,
    version,
    spec,
    rotation,
  }: {
    readonly keyId: string;
    readonly version: number;
    readonly spec: string;
    readonly rotation: 'AUTOMATIC' | 'ON_DEMAND' | null;
  },
): Promise<KmsKeyVersionRow> {
  const { secret, publicKey } = await newMaterial(world.ids, spec);
  const wrapped = await world.rootKey.wrap(secret, wrapContext({ keyId, version })).catch((error: unknown) => {
    world.log.error({ err: error }, 'root key could not be used');
    throw KeyUnavailable({});
  });
  secret.fill(0);
  return {
    key_id: keyId,
    version,
    material_id: createHash('sha256').update(wrapped).digest('hex'),
    wrapped,
    public_key: publicKey ?? null,
    rotation_type: rotation,
    created_at: world.clock.now().getTime(),
  };
}
