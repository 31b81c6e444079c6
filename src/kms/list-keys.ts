import { listAliases } from '../storage/metadata/kms-aliases.ts';
import { listKeyIds } from '../storage/metadata/kms-keys.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Finding } from './find-key.ts';
import { ownKeyOf } from './registry-key.ts';

interface Page {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Ids of the registry's keys; ECR's own is among them from the start. */
export async function listKeys(world: Finding, registry: RegistryId, page: Page) {
  await ownKeyOf(world, registry, 'ecr');
  return world.metadata.read((tx) => listKeyIds(tx, registry, page));
}

/** The registry's aliases, or those of one key. */
export async function listAllAliases(
  world: Finding,
  registry: RegistryId,
  page: Page & { readonly keyId?: string | undefined },
) {
  await ownKeyOf(world, registry, 'ecr');
  return world.metadata.read((tx) => listAliases(tx, registry, page));
}
