import { findLayerRow, putLayer } from '../storage/metadata/layers.ts';
import { addObject, findLiveObject, replaceLostObjects } from '../storage/metadata/objects.ts';
import type { ObjectRow, UploadRow } from '../storage/metadata/tables.ts';
import { expireClaim, removeUpload } from '../storage/metadata/uploads.ts';
import { algorithmOf, type Digest, type DigestAlgorithm } from '../values/digest.ts';
import { type ClaimedUpload, claimUpload, draftOf, type LayerDraft, saveProgress } from './claim-upload.ts';
import type { Core } from './core.ts';
import { abandonObject, endUpload, removeBytes } from './end-upload.ts';
import { repositoryIn } from './get-repository.ts';
import { keepingClaim } from './keep-claim.ts';
import { openSeal, readObject, sealForOther } from './layer-seal.ts';
import { noteLost } from './layers.ts';
import { leaseFrom } from './lease.ts';
import { takeHasher } from './parked-hashers.ts';
import { EmptyUpload, InvalidLayer, UploadNotFound } from './refusals.ts';
import { keyScopeOf } from './sealing-keys.ts';
import type { UploadKey } from './uploads.ts';

export interface CompletedUpload {
  readonly digest: Digest;
  readonly size: number;
  /** Whether the repository had the layer before. */
  readonly existed: boolean;
}

export interface CompleteUpload extends UploadKey {
  /** What the bytes must hash to: every one of them. */
  readonly digests: readonly [Digest, ...Digest[]];
  /** May still refuse, seeing the upload's row. */
  readonly check?: (row: UploadRow) => void;
}

/**
 * Makes the upload a layer of its repository, if its bytes are those of `digests`; otherwise the upload ends. The layer
 * is durable when this resolves. Bytes that the registry has already are not kept twice.
 *
 * @throws RepositoryNotFound, UploadNotFound, UploadInUse, EmptyUpload (aws-strict), InvalidLayer, and the
 *   refusals of KMS
 */
export async function completeUpload(core: Core, input: CompleteUpload): Promise<CompletedUpload> {
  const { registry } = input;
  const upload = await claimUpload(core, input, (found) => {
    // docs/differences.md, "Empty layers".
    if (found.size === 0 && core.rules.fidelity === 'aws-strict') {
      throw EmptyUpload({ uploadId: found.id, repositoryName: input.repositoryName, registryId: registry.account });
    }
    input.check?.(found);
  });
  return keepingClaim(core, upload, () => complete(core, input, upload));
}

async function complete(core: Core, input: CompleteUpload, upload: ClaimedUpload): Promise<CompletedUpload> {
  const { registry, digests } = input;
  const { row, claim } = upload;
  await checkKey(core, upload);
  const draft = await draftOf(core, upload);
  // The store's state is kept before the object is completed: whoever comes after a crash finds what was begun.
  if (row.draft_state === '') await saveProgress(core, input, upload, { draft, after: 'go-on' });
  await core.blobs.complete(draft.stored);

  for (const expected of digests) {
    const actual = await digestOfUpload(core, row, draft, algorithmOf(expected));
    if (actual === expected) continue;
    await endUpload(core, row, { registry, claim, reason: 'the bytes did not have the digest that was announced' });
    throw InvalidLayer({ expected, actual });
  }
  return commit(core, input, { ...upload, draft });
}

/** A layer under a key that cannot be used any more is none. The upload can be completed when it can be used again. */
async function checkKey(core: Core, { row, claim }: ClaimedUpload): Promise<void> {
  if (row.seal === null) return;
  try {
    await openSeal(core, { ...row, seal: row.seal });
  } catch (error) {
    await core.metadata.write((tx) => expireClaim(tx, row.id, claim));
    throw error;
  }
}

/** From the hasher that saw the bytes come in, else by reading them. */
async function digestOfUpload(
  core: Core,
  row: UploadRow,
  draft: LayerDraft,
  algorithm: DigestAlgorithm,
): Promise<Digest> {
  const seen = takeHasher(core.hashing, row.id, { size: draft.size, algorithm });
  if (seen) return seen.digest();

  const hasher = core.hashing.start(algorithm);
  try {
    const { object_key, account } = row;
    const bytes = await readObject(core, { object_key, account, size: draft.size, seal: draft.seal });
    if (!bytes) throw new Error(`The object ${object_key} was completed and cannot be read`);
    for await (const chunk of bytes) {
      await hasher.update(chunk as Uint8Array);
      bytes.giveBack?.(chunk as Uint8Array);
    }
    return await hasher.digest();
  } catch (error) {
    hasher.dispose();
    throw error;
  }
}

/** The row that makes the bytes a layer, in the transaction that ends the upload. */
async function commit(
  core: Core,
  input: CompleteUpload,
  { row, claim, repository: claimed, draft }: ClaimedUpload & { readonly draft: LayerDraft },
): Promise<CompletedUpload> {
  const { registry, repositoryName } = input;
  const [digest] = input.digests;
  const now = core.clock.now();
  const keyScope = keyScopeOf(claimed);
  const twin = await readableTwin(core, input, keyScope);
  // Another repository's right to the key is another one.
  const twinSeal =
    twin?.seal && keyScope !== '' ? await sealForOther(core, { ...twin, seal: twin.seal }, claimed) : null;

  const { existed, isKept } = await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    if (repository.id !== row.repository_id || !(await removeUpload(tx, row.id, claim))) {
      throw UploadNotFound({ uploadId: row.id, repositoryName, registryId: registry.account });
    }
    const before = await findLayerRow(tx, repository.id, digest);
    const current = twin && (await findLiveObject(tx, registry, digest, keyScope));
    const shared = current?.object_key === twin?.object_key ? current : undefined;
    const object: ObjectRow = shared ?? {
      object_key: draft.stored.key,
      account: registry.account,
      region: registry.region,
      digest,
      size: draft.size,
      state: 'live',
      created_at: now.getTime(),
      stored_size: draft.stored.size,
      seal: draft.seal,
      key_scope: keyScope,
    };
    if (shared) {
      await abandonObject(tx, row, { registry, reason: 'the registry had the same bytes already', now });
    } else {
      await addObject(tx, object);
      await replaceLostObjects(tx, object, repository.id);
    }
    await putLayer(tx, {
      repository_id: repository.id,
      digest,
      object_key: object.object_key,
      size: object.size,
      media_type: null,
      leased_until: leaseFrom(now).getTime(),
      created_at: now.getTime(),
      seal: shared ? twinSeal : null,
    });
    return { existed: before?.object_state === 'live' && !before.is_archived && shared !== undefined, isKept: !shared };
  });
  if (!isKept) await removeBytes(core, row);
  return { digest, size: draft.size, existed };
}

/** An object with the same bytes that can be read: one whose bytes are gone must be replaced, not shared. */
async function readableTwin(
  core: Core,
  { registry, digests }: CompleteUpload,
  keyScope: string,
): Promise<ObjectRow | undefined> {
  const twin = await core.metadata.readOne((tx) => findLiveObject(tx, registry, digests[0], keyScope));
  if (!twin || (await core.blobs.has(twin.object_key))) return twin;
  await noteLost(core, twin);
  return undefined;
}
