import type { Draft } from '../storage/blobs/port.ts';
import { findLayerRow, putLayer } from '../storage/metadata/layers.ts';
import { addObject, findLiveObject, markObjectLost, replaceLostObjects } from '../storage/metadata/objects.ts';
import type { ObjectRow, UploadRow } from '../storage/metadata/tables.ts';
import { removeUpload } from '../storage/metadata/uploads.ts';
import { algorithmOf, type Digest, type DigestAlgorithm } from '../values/digest.ts';
import { claimUpload, draftOf, saveProgress } from './claim-upload.ts';
import type { Core } from './core.ts';
import { abandonObject, endUpload, removeBytes } from './end-upload.ts';
import { repositoryIn } from './get-repository.ts';
import { leaseFrom } from './lease.ts';
import { takeHasher } from './parked-hashers.ts';
import { EmptyUpload, InvalidLayer, UploadNotFound } from './refusals.ts';
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
 * @throws RepositoryNotFound, UploadNotFound, UploadInUse, EmptyUpload (aws-strict), InvalidLayer
 */
export async function completeUpload(core: Core, input: CompleteUpload): Promise<CompletedUpload> {
  const { registry, digests } = input;
  const { row, claim } = await claimUpload(core, input, (found) => {
    // docs/differences.md, "Empty layers".
    if (found.size === 0 && core.rules.fidelity === 'aws-strict') {
      throw EmptyUpload({ uploadId: found.id, repositoryName: input.repositoryName, registryId: registry.account });
    }
    input.check?.(found);
  });
  const draft = await draftOf(core, { row, claim });
  // The store's state is kept before the object is completed: whoever comes after a crash finds what was begun.
  if (row.draft_state === '') await saveProgress(core, input, { row, claim }, { draft, after: 'go-on' });
  await core.blobs.complete(draft);

  for (const expected of digests) {
    const actual = await digestOfUpload(core, row, draft, algorithmOf(expected));
    if (actual === expected) continue;
    await endUpload(core, row, { registry, claim, reason: 'the bytes did not have the digest that was announced' });
    throw InvalidLayer({ expected, actual });
  }
  return commit(core, input, { row, claim, draft });
}

/** From the hasher that saw the bytes come in, else by reading them. */
async function digestOfUpload(core: Core, row: UploadRow, draft: Draft, algorithm: DigestAlgorithm): Promise<Digest> {
  const seen = takeHasher(core.hashing, row.id, { size: draft.size, algorithm });
  if (seen) return seen.digest();

  const hasher = core.hashing.start(algorithm);
  try {
    const bytes = await core.blobs.read(draft.key);
    if (!bytes) throw new Error(`The object ${draft.key} was completed and cannot be read`);
    for await (const chunk of bytes) await hasher.update(chunk as Uint8Array);
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
  { row, claim, draft }: { row: UploadRow; claim: string; draft: Draft },
): Promise<CompletedUpload> {
  const { registry, repositoryName } = input;
  const [digest] = input.digests;
  const now = core.clock.now();
  const twin = await readableTwin(core, input);

  const { existed, isKept } = await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, registry, repositoryName);
    if (repository.id !== row.repository_id || !(await removeUpload(tx, row.id, claim))) {
      throw UploadNotFound({ uploadId: row.id, repositoryName, registryId: registry.account });
    }
    const before = await findLayerRow(tx, repository.id, digest);
    const current = twin && (await findLiveObject(tx, registry, digest));
    const shared = current?.object_key === twin?.object_key ? current : undefined;
    const object: ObjectRow = shared ?? {
      object_key: draft.key,
      account: registry.account,
      region: registry.region,
      digest,
      size: draft.size,
      state: 'live',
      created_at: now.getTime(),
    };
    if (shared) {
      await abandonObject(tx, row, { registry, reason: 'the registry had the same bytes already', now });
    } else {
      await addObject(tx, object);
      await replaceLostObjects(tx, object);
    }
    await putLayer(tx, {
      repository_id: repository.id,
      digest,
      object_key: object.object_key,
      size: object.size,
      media_type: null,
      leased_until: leaseFrom(now).getTime(),
      created_at: now.getTime(),
    });
    return { existed: before?.object_state === 'live' && shared !== undefined, isKept: !shared };
  });
  if (!isKept) await removeBytes(core, row);
  return { digest, size: draft.size, existed };
}

/** An object with the same bytes that can be read: one whose bytes are gone must be replaced, not shared. */
async function readableTwin(core: Core, { registry, digests }: CompleteUpload): Promise<ObjectRow | undefined> {
  const twin = await core.metadata.read((tx) => findLiveObject(tx, registry, digests[0]));
  if (!twin || (await core.blobs.has(twin.object_key))) return twin;
  core.log.error({ objectKey: twin.object_key, layerDigest: twin.digest }, 'bytes of a layer were missing');
  await core.metadata.write((tx) => markObjectLost(tx, twin.object_key));
  return undefined;
}
