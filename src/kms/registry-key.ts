import { addAlias } from '../storage/metadata/kms-aliases.ts';
import { addKey, findKeyFor } from '../storage/metadata/kms-keys.ts';
import type { KmsKeyRow } from '../storage/metadata/kms-tables.ts';
import type { Writing } from '../storage/metadata/port.ts';
import { putResourcePolicy } from '../storage/metadata/resource-policies.ts';
import { keyArn } from '../values/kms-arn.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { makeKey } from './make-key.ts';
import { managedKeyPolicy } from './own-policies.ts';

/** A key and where it is. */
export interface KeyPlace extends RegistryId {
  readonly keyId: string;
}

type Keys = Pick<World, 'metadata' | 'rootKey' | 'ids' | 'clock' | 'log'>;

const DAY = 86_400_000;
/** Managed keys are rotated each year, and nobody can change that. */
const ROTATION_DAYS = 365;

/** The key under which AES256 repositories of a registry are encrypted. No list shows it; it is made when first asked for. */
export function registryKeyOf(world: Keys, registry: RegistryId): Promise<KeyPlace> {
  return ownKeyOf(world, registry, 'registry');
}

/** The registry's one key for `purpose`, made when there is none; of those who ask at once all have the same. */
export async function ownKeyOf(world: Keys, registry: RegistryId, purpose: 'ecr' | 'registry'): Promise<KeyPlace> {
  const { account, region } = registry;
  const known = await world.metadata.read((tx) => findKeyFor(tx, registry, purpose));
  if (known) return { keyId: known.key_id, account, region };
  const description =
    purpose === 'ecr'
      ? 'Default key that protects my ECR data when no other key is defined'
      : 'Key of AES256 repositories';
  const made = await makeKey(world, { registry, purpose, description });
  const rotateAt = made.key.created_at + ROTATION_DAYS * DAY;
  const key = { ...made.key, rotation_days: ROTATION_DAYS, rotate_at: rotateAt };
  const policyVersion = world.ids.uuid();
  const stored = await world.metadata.write(async (tx) => {
    const isNew = await addKey(tx, key, made.version);
    if (isNew && purpose === 'ecr') await publish(tx, key, policyVersion);
    return findKeyFor(tx, registry, purpose);
  });
  return { keyId: stored?.key_id ?? key.key_id, account, region };
}

async function publish(tx: Writing, key: KmsKeyRow, version: string): Promise<void> {
  const { account, region, key_id, created_at } = key;
  await addAlias(tx, { account, region, name: 'alias/aws/ecr', key_id, created_at, updated_at: created_at });
  await putResourcePolicy(tx, {
    kind: 'key',
    resource_id: keyArn(key, key_id),
    document: managedKeyPolicy(key),
    principals: '{}',
    version,
    updated_at: created_at,
  });
}
