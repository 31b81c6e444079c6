import { findLayerRow, putLayer, repositoriesHolding } from '../storage/metadata/layers.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { getAccountSetting } from './account-settings.ts';
import type { Core } from './core.ts';
import { getRepository, repositoryIn } from './get-repository.ts';
import { sealForOther } from './layer-seal.ts';
import { layerRow, noteLost } from './layers.ts';
import { leaseFrom } from './lease.ts';
import { keyScopeOf } from './sealing-keys.ts';

/** Repositories that are tried when the client does not say where the layer is. */
const CANDIDATES = 20;

export interface MountLayer {
  readonly registry: RegistryId;
  /** Where the layer is; undefined when the client leaves that to the registry. */
  readonly from: string | undefined;
  readonly to: string;
  readonly digest: string;
  /** Whether the caller may read the repository: a digest is not a permission (architecture, invariant 5). */
  mayRead(repositoryName: string): Promise<boolean>;
}

/**
 * Makes a layer of another repository of the registry a layer of this one too, without its bytes being sent again:
 * distribution-spec 1.1, "Mounting a blob from another repository". False when that cannot be: the caller begins an
 * upload instead.
 *
 * @throws RepositoryNotFound, for the repository that is to get the layer.
 */
export async function mountLayer(core: Core, { registry, from, to, digest, mayRead }: MountLayer): Promise<boolean> {
  const claimed = await getRepository(core, registry, to);
  const keyScope = keyScopeOf(claimed);
  if ((await getAccountSetting(core, registry, 'BLOB_MOUNTING')) !== 'ENABLED') return false;

  const sources =
    from === undefined
      ? await core.metadata.readOne((tx) => repositoriesHolding(tx, registry, digest, CANDIDATES))
      : [from];
  for (const source of sources) {
    if (!(await mayRead(source))) continue;
    const found = await sourceLayer(core, registry, source, digest);
    // Bytes that are encrypted with another key are not this repository's.
    if (!found || found.key_scope !== keyScope) continue;
    const seal =
      found.seal !== null && keyScope !== ''
        ? await sealForOther(core, { ...found, account: registry.account, seal: found.seal }, claimed)
        : null;
    const now = core.clock.now();
    const isMounted = await core.metadata.write(async (tx) => {
      const target = await repositoryIn(tx, registry, to);
      if (target.id !== claimed.id) return false;
      // The source may have been collected since it was read; its own row keeps the object alive inside this transaction.
      const current = await findLayerRow(tx, found.repository_id, digest);
      if (!current || current.object_key !== found.object_key || current.object_state !== 'live') return false;
      await putLayer(tx, {
        repository_id: target.id,
        digest,
        object_key: current.object_key,
        size: current.size,
        media_type: current.media_type,
        leased_until: leaseFrom(now).getTime(),
        created_at: now.getTime(),
        seal,
      });
      return true;
    });
    if (isMounted) return true;
  }
  return false;
}

async function sourceLayer(core: Core, registry: RegistryId, repositoryName: string, digest: string) {
  const source = await layerRow(core, registry, repositoryName, digest).catch((error: unknown) => {
    // A source that does not exist is no error: the client just uploads.
    if (error instanceof Error && error.name === 'RepositoryNotFoundException') return undefined;
    throw error;
  });
  if (!source) return undefined;
  if (await core.blobs.has(source.object_key)) return source;
  await noteLost(core, source);
  return undefined;
}
