import { addKey, findKeyFor } from '../storage/metadata/kms-keys.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { makeKey } from './make-key.ts';

/** A key and where it is. */
export interface KeyPlace extends RegistryId {
  readonly keyId: string;
}

type Keys = Pick<World, 'metadata' | 'rootKey' | 'ids' | 'clock' | 'log'>;

/** The key under which AES256 repositories of a registry are encrypted. No list shows it; it is made when first asked for. */
export function registryKeyOf(world: Keys, registry: RegistryId): Promise<KeyPlace> {
  return ownKeyOf(world, registry, 'registry');
}

/** The registry's one key for `purpose`, made when there is none; of those who ask at once all have the same. */
export async function ownKeyOf(world: Keys, registry: RegistryId, purpose: 'ecr' | 'registry'): Promise<KeyPlace> {
  const { account, region } = registry;
  const known = await world.metadata.read((tx) => findKeyFor(tx, registry, purpose));
  if (known) return { keyId: known.key_id, account, region };
  const { key, version } = await makeKey(world, { registry, purpose });
  const stored = await world.metadata.write(async (tx) => {
    await addKey(tx, key, version);
    return findKeyFor(tx, registry, purpose);
  });
  return { keyId: stored?.key_id ?? key.key_id, account, region };
}
