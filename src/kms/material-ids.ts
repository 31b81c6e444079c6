import { keyVersions } from '../storage/metadata/kms-keys.ts';
import type { World } from '../world.ts';

/** The id of a key's material. */
export async function materialIdOf({ metadata }: Pick<World, 'metadata'>, keyId: string, version: number) {
  const versions = await metadata.read((tx) => keyVersions(tx, keyId));
  return versions.find((it) => it.version === version)?.material_id;
}
