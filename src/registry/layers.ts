import type { Readable } from 'node:stream';
import {
  extendLease,
  findLayerRow,
  imagesUsingLayer,
  removeLayer,
  type StoredLayer,
} from '../storage/metadata/layers.ts';
import { layerIn } from '../storage/metadata/named-layers.ts';
import { markObjectLost } from '../storage/metadata/objects.ts';
import type { ByteRange } from '../values/byte-range.ts';
import { Refusal } from '../values/refusal.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { World } from '../world.ts';
import type { Core } from './core.ts';
import { getRepository, repositoryIn } from './get-repository.ts';
import { openSeal, readObject } from './layer-seal.ts';
import { isPromised, leaseFrom } from './lease.ts';
import { LayerInaccessible, LayerInUse, LayerNotFound, RepositoryNotFound } from './refusals.ts';

export interface Layer {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string | undefined;
}

export interface CheckedLayer extends Layer {
  /** Whether archived images alone need it: it is kept, and cannot be read. */
  readonly isArchived: boolean;
}

type Layers = Pick<Core, 'metadata' | 'blobs' | 'clock' | 'log' | 'ids' | 'rootKey' | 'installationId'>;

/**
 * The layer, promised for as long as a push may take: what a client that hears of it need not upload. A layer whose
 * bytes are gone counts as missing, so that the next push repairs it.
 *
 * @throws RepositoryNotFound, LayerNotFound
 */
export async function findLayer(
  core: Layers,
  registry: RegistryId,
  repositoryName: string,
  digest: string,
): Promise<Layer> {
  const row = await layerRow(core, registry, repositoryName, digest);
  const layer = row && (await promised(core, row));
  if (!layer) throw LayerNotFound({ digest, repositoryName, registryId: registry.account });
  return layer;
}

/**
 * The layers among `digests` that the repository has, each promised as by `findLayer`, unless archived images alone need
 * it. API_BatchCheckLayerAvailability.
 *
 * @throws RepositoryNotFound
 */
export async function checkLayers(
  core: Layers,
  registry: RegistryId,
  repositoryName: string,
  digests: readonly string[],
): Promise<Map<string, CheckedLayer>> {
  await getRepository(core, registry, repositoryName);
  const found = new Map<string, CheckedLayer>();
  for (const digest of new Set(digests)) {
    const row = await liveRow(core, registry, repositoryName, digest);
    if (!row) continue;
    const isArchived = row.is_archived;
    const layer = isArchived ? layerOf(row) : await promised(core, row);
    if (layer) found.set(digest, { ...layer, isArchived });
  }
  return found;
}

/**
 * The layer's bytes, opened when asked for: `open` answers those of a range that lies inside the layer.
 *
 * @throws RepositoryNotFound, LayerNotFound; `open` throws LayerNotFound when the bytes turn out to be gone, and the
 *   refusals of KMS when their key cannot be used now
 */
export async function readLayer(
  core: Layers & Pick<World, 'layerCache'>,
  registry: RegistryId,
  repositoryName: string,
  digest: string,
): Promise<{ digest: string; size: number; open(range?: ByteRange): Promise<Readable> }> {
  const row = await layerRow(core, registry, repositoryName, digest);
  const refusal = LayerNotFound({ digest, repositoryName, registryId: registry.account });
  if (!row) throw refusal;
  return {
    digest,
    size: row.size,
    async open(range) {
      const bytes = await readObject(core, { ...row, account: registry.account }, { range, cache: core.layerCache });
      if (bytes) return bytes;
      await noteLost(core, row);
      throw refusal;
    },
  };
}

/**
 * A layer that may be downloaded: one that an image of the repository needs which is not archived, and whose key can be used now. API_GetDownloadUrlForLayer.
 *
 * @throws RepositoryNotFound, LayerNotFound, LayerInaccessible
 */
export async function downloadableLayer(
  core: Layers,
  registry: RegistryId,
  repositoryName: string,
  digest: string,
): Promise<Layer> {
  const row = await liveRow(core, registry, repositoryName, digest);
  const facts = { digest, repositoryName, registryId: registry.account };
  if (!row) throw LayerNotFound(facts);
  if (!row.is_referenced || row.is_archived) throw LayerInaccessible(facts);
  if (row.seal !== null) {
    await openSeal(core, { ...row, account: registry.account, seal: row.seal }).catch((error: unknown) => {
      throw error instanceof Refusal ? LayerInaccessible(facts) : error;
    });
  }
  return layerOf(row);
}

/**
 * Takes the layer out of the repository: distribution-spec 1.1, "Deleting Blobs". Refused while an image needs it: a
 * manifest that answers 200 has all its layers.
 *
 * @throws RepositoryNotFound, LayerNotFound, LayerInUse
 */
export async function deleteLayer(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  digest: string,
): Promise<void> {
  await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    const images = await imagesUsingLayer(tx, repository.id, digest, 10);
    if (images.length > 0) throw LayerInUse({ digest, images });
    if (!(await removeLayer(tx, repository.id, digest, `the layer was deleted from repository ${repositoryName}`))) {
      throw LayerNotFound({ digest, repositoryName, registryId: registry.account });
    }
  });
}

async function promised(core: Layers, row: StoredLayer): Promise<Layer | undefined> {
  if (!(await core.blobs.has(row.object_key))) {
    await noteLost(core, row);
    return undefined;
  }
  const now = core.clock.now();
  if (isPromised(row, now)) return layerOf(row);
  return core.metadata.write(async (tx) => {
    // It may have been collected since it was read.
    const current = await findLayerRow(tx, row.repository_id, row.digest);
    if (!current || current.object_key !== row.object_key) return undefined;
    await extendLease(tx, row.repository_id, [row.digest], leaseFrom(now));
    return layerOf(current);
  });
}

/**
 * A layer that can be read, as far as the rows know; undefined also for one whose bytes are known to be gone, and for one
 * that archived images alone need.
 *
 * @throws RepositoryNotFound
 */
export async function layerRow(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  digest: string,
): Promise<StoredLayer | undefined> {
  const layer = await liveRow(core, registry, repositoryName, digest);
  return layer?.is_archived ? undefined : layer;
}

async function liveRow(
  core: Pick<Core, 'metadata'>,
  registry: RegistryId,
  repositoryName: string,
  digest: string,
): Promise<StoredLayer | undefined> {
  const { hasRepository, layer } = await core.metadata.readOne((tx) => layerIn(tx, registry, repositoryName, digest));
  if (!hasRepository) throw RepositoryNotFound({ repositoryName, registryId: registry.account });
  return layer?.object_state === 'live' ? layer : undefined;
}

/** A row without bytes: whoever runs this must know, and the next push must be asked for the bytes. */
export async function noteLost(
  core: Pick<Core, 'metadata' | 'log'>,
  row: Pick<StoredLayer, 'object_key'> & { readonly digest: string | null },
): Promise<void> {
  const isLost = await core.metadata.write((tx) => markObjectLost(tx, row.object_key));
  // Otherwise it was collected since its row was read, as it should be.
  if (isLost) core.log.error({ objectKey: row.object_key, layerDigest: row.digest }, 'bytes of a layer were missing');
}

function layerOf(row: StoredLayer): Layer {
  return { digest: row.digest, size: row.size, mediaType: row.media_type ?? undefined };
}
