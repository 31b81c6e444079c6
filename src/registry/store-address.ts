import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import { layerRow, noteLost } from './layers.ts';

type Redirecting = Pick<World, 'metadata' | 'blobs' | 'log' | 'rules'>;

/**
 * The address in the blob store itself at which the layer can be downloaded until `expiresAt`: for an installation whose
 * clients reach the store. Undefined where they do not, or where the repository has no such layer. The bytes are looked
 * for first: a client that was sent to nothing could not tell.
 */
export async function storeAddressOf(
  core: Redirecting,
  layer: { readonly registry: RegistryId; readonly repositoryName: string; readonly digest: string },
  expiresAt: Date,
): Promise<{ readonly address: string; readonly sizeInBytes: number } | undefined> {
  const { blobs, rules } = core;
  if (!rules.redirectsPulls || blobs.addressOf === undefined) return undefined;
  const row = await layerRow(core, layer.registry, layer.repositoryName, layer.digest);
  // What is sealed is of use to nobody who does not have its key.
  if (row === undefined || row.seal !== null) return undefined;
  if (await blobs.has(row.object_key)) {
    return { address: await blobs.addressOf(row.object_key, expiresAt), sizeInBytes: row.size };
  }
  await noteLost(core, row);
  return undefined;
}
