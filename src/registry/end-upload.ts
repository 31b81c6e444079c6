import { addCollected, noteRemoved } from '../storage/metadata/journal.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { UploadRow } from '../storage/metadata/tables.ts';
import { removeUpload } from '../storage/metadata/uploads.ts';
import type { RegistryId } from '../values/registry-id.ts';
import { claimUpload, storeStateOf } from './claim-upload.ts';
import type { Core } from './core.ts';
import { dropHasher } from './parked-hashers.ts';
import type { UploadKey } from './uploads.ts';

type Ending = Pick<Core, 'metadata' | 'blobs' | 'hashing' | 'clock' | 'log'>;

/**
 * Ends an upload at the client's wish; its bytes go.
 *
 * @throws RepositoryNotFound, UploadNotFound, UploadInUse
 */
export async function cancelUpload(core: Core, key: UploadKey): Promise<void> {
  const { row, claim } = await claimUpload(core, key);
  await endUpload(core, row, { registry: key.registry, claim, reason: 'the upload was cancelled' });
}

/**
 * Takes the upload's row away and enters its object in the journal, in one transaction; then removes the bytes. When
 * the process ends in between, garbage collection finds the entry.
 */
export async function endUpload(
  core: Ending,
  row: UploadRow,
  why: { registry: RegistryId; claim: string | undefined; reason: string },
): Promise<boolean> {
  const now = core.clock.now();
  const isEnded = await core.metadata.write(async (tx) => {
    if (!(await removeUpload(tx, row.id, why.claim))) return false;
    await abandonObject(tx, row, { ...why, now });
    return true;
  });
  dropHasher(core.hashing, row.id);
  if (isEnded) await removeBytes(core, row);
  return isEnded;
}

/** Enters the upload's object in the journal: nothing will ever point at it. */
export async function abandonObject(
  tx: Writing,
  row: UploadRow,
  why: { registry: RegistryId; reason: string; now: Date },
): Promise<void> {
  await addCollected(tx, {
    object_key: row.object_key,
    account: why.registry.account,
    region: why.registry.region,
    digest: null,
    size: row.size,
    draft_state: storeStateOf(row),
    reason: why.reason,
    condemned_at: why.now.getTime(),
  });
}

/** Removes what an ended upload left in the store. Should that fail, garbage collection does it. */
export async function removeBytes(core: Ending, row: UploadRow): Promise<void> {
  try {
    await core.blobs.discard({ key: row.object_key, size: row.size, state: storeStateOf(row) });
    await core.metadata.write((tx) => noteRemoved(tx, [row.object_key], core.clock.now()));
  } catch (error) {
    core.log.warn({ objectKey: row.object_key, err: error }, 'bytes of an ended upload were not removed yet');
  }
}
