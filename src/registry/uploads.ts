import type { Writing } from '../storage/metadata/port.ts';
import type { UploadRow } from '../storage/metadata/tables.ts';
import { addUpload, expireAllClaims, findUpload } from '../storage/metadata/uploads.ts';
import type { DigestAlgorithm } from '../values/digest.ts';
import type { RegistryId } from '../values/registry-id.ts';
import type { Core } from './core.ts';
import { getRepository, repositoryIn } from './get-repository.ts';
import { UploadNotFound } from './refusals.ts';
import type { Repository } from './repository.ts';
import { checkKeyOf, type SealingWorld } from './sealing-keys.ts';

/** An upload belongs to the repository and the principal that it was begun for; nobody else's id finds it. */
export interface UploadKey {
  readonly registry: RegistryId;
  readonly repositoryName: string;
  /** Whose it is: `uploadOwnerOf`. */
  readonly principal: string;
  readonly uploadId: string;
}

export interface Upload {
  readonly id: string;
  /** Bytes that are durable. */
  readonly size: number;
}

/**
 * Begins an upload. Its row is there before its first byte, so that no byte is ever without one.
 *
 * @throws RepositoryNotFound, and the refusals of KMS when the repository's key cannot be used now
 */
export async function startUpload(
  core: SealingWorld & Pick<Core, 'rules'>,
  input: Omit<UploadKey, 'uploadId'> & { algorithm?: DigestAlgorithm },
): Promise<Upload> {
  const id = core.ids.uuid();
  const objectKey = core.ids.uuid();
  const now = core.clock.now().getTime();
  await checkKeyOf(core, await getRepository(core, input.registry, input.repositoryName));
  await core.metadata.write(async (tx) => {
    const repository = await repositoryIn(tx, input.registry, input.repositoryName);
    await addUpload(tx, {
      id,
      ...input.registry,
      repository_id: repository.id,
      principal_arn: input.principal,
      object_key: objectKey,
      size: 0,
      draft_state: '',
      stored_size: 0,
      seal: null,
      algorithm: input.algorithm ?? 'sha256',
      parts: 0,
      last_part_size: 0,
      small_part: 0,
      claim: null,
      claimed_until: 0,
      created_at: now,
      expires_at: now + core.rules.uploadExpiryMs,
    });
  });
  return { id, size: 0 };
}

/**
 * How far the upload is.
 *
 * @throws RepositoryNotFound, UploadNotFound
 */
export async function getUpload(core: Pick<Core, 'metadata'>, key: UploadKey): Promise<Upload> {
  const { row } = await core.metadata.read((tx) => uploadIn(tx, key));
  return { id: row.id, size: row.size };
}

/** Lets every upload be gone on with at once: for a start that knows that nobody else is running. */
export async function releaseUploads(core: Pick<Core, 'metadata'>): Promise<void> {
  // Claims are not what a read-only installation keeps as it is: it still starts, and serves pulls.
  await core.metadata.write((tx) => expireAllClaims(tx), { evenIfReadOnly: true });
}

/**
 * The upload's row and its repository, if it is the caller's.
 *
 * @throws RepositoryNotFound, UploadNotFound
 */
export async function uploadIn(
  tx: Parameters<typeof findUpload>[0] | Writing,
  key: UploadKey,
): Promise<{ row: UploadRow; repository: Repository }> {
  const repository = await repositoryIn(tx, key.registry, key.repositoryName);
  const row = await findUpload(tx, key.uploadId);
  if (row?.repository_id === repository.id && row.principal_arn === key.principal) return { row, repository };
  throw UploadNotFound({
    uploadId: key.uploadId,
    repositoryName: key.repositoryName,
    registryId: key.registry.account,
  });
}
