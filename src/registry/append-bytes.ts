import { appendSealed, lengthOfSeal, type SealedDraft } from '../kms/sealed/append-sealed.ts';
import type { LayerDraft } from './claim-upload.ts';
import type { Core } from './core.ts';
import { newSeal, type OpenedSeal, openSeal, sealBytes } from './layer-seal.ts';
import type { Repository } from './repository.ts';

const SALT = 32;

/** Whether layers of the repository are sealed here, rather than left to the store. */
export function isSealedHere({ rules }: Pick<Core, 'rules'>, { encryption }: Pick<Repository, 'encryption'>): boolean {
  return rules.sealsLayers || encryption.type !== 'AES256';
}

/**
 * The draft's seal, with its keys; a new one where there are no bytes yet. Undefined where they are not sealed.
 *
 * @throws BadEnvelope, and the refusals of KMS when the repository's key cannot be used now
 */
export async function sealOfDraft(
  core: Core,
  repository: Repository,
  { stored, size, seal }: LayerDraft,
): Promise<OpenedSeal | undefined> {
  if (seal !== null) return openSeal(core, { object_key: stored.key, account: repository.registry.account, seal });
  // What was begun in the clear, before layers were sealed, is ended so.
  return size === 0 && isSealedHere(core, repository) ? newSeal(core, repository, stored.key) : undefined;
}

/** `append` of the blob store, of a layer's bytes: sealed on the way, unless the draft is not. */
export async function appendBytes(
  core: Core,
  { draft, seal: opened }: { readonly draft: LayerDraft; readonly seal: OpenedSeal | undefined },
  bytes: AsyncIterable<Uint8Array>,
  checkpoint: (draft: LayerDraft) => Promise<void>,
): Promise<LayerDraft> {
  if (opened === undefined) {
    const grown = await core.blobs.append(draft.stored, bytes, (stored) =>
      checkpoint({ stored, size: stored.size, seal: null }),
    );
    return { stored: grown, size: grown.size, seal: null };
  }
  const { dataKeys, context } = opened;
  const draftOf = ({ stored, seal }: SealedDraft): LayerDraft => ({
    stored,
    size: lengthOfSeal(seal),
    seal: seal.segments.length > 0 ? sealBytes({ seal, dataKeys, context }) : null,
  });
  const sealed = { stored: draft.stored, seal: opened.seal };
  const grown = await appendSealed(core.blobs, sealed, bytes, {
    with: { dataKeys, context, salt: core.ids.bytes(SALT) },
    checkpoint: (it) => checkpoint(draftOf(it)),
  });
  return draftOf(grown);
}
