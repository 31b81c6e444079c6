import type { Draft } from '../storage/blobs/port.ts';
import { addCollected } from '../storage/metadata/journal.ts';
import type { Writing } from '../storage/metadata/port.ts';
import type { UploadRow } from '../storage/metadata/tables.ts';
import { claimUpload as claimRow, noteProgress, renewObjectKey } from '../storage/metadata/uploads.ts';
import type { Core } from './core.ts';
import { UploadInUse, UploadNotFound } from './refusals.ts';
import type { Repository } from './repository.ts';
import { type UploadKey, uploadIn } from './uploads.ts';

/**
 * How long a claim holds without being renewed: after a crash the upload goes on when this has passed. A process that
 * stands still for longer loses what it had in hand.
 */
export const CLAIM_MS = 30_000;

/** An upload that this request alone may change. */
export interface ClaimedUpload {
  readonly row: UploadRow;
  readonly repository: Repository;
  readonly claim: string;
}

/** The bytes of an upload, so far. */
export interface LayerDraft {
  /** As the store has them. */
  readonly stored: Draft;
  /** How many they are, in the clear. */
  readonly size: number;
  /** How they are sealed; null where they are not, or there are none yet. */
  readonly seal: Uint8Array | null;
}

/**
 * Takes the upload for this request. `check` may still refuse: it sees the row inside the same transaction.
 *
 * @throws RepositoryNotFound, UploadNotFound, UploadInUse
 */
export async function claimUpload(
  core: Pick<Core, 'metadata' | 'clock' | 'ids'>,
  key: UploadKey,
  check: (row: UploadRow) => void = () => undefined,
): Promise<ClaimedUpload> {
  const claim = core.ids.uuid();
  const freshKey = core.ids.uuid();
  const now = core.clock.now();
  const { row, repository } = await core.metadata.write(async (tx) => {
    const { row: found, repository } = await uploadIn(tx, key);
    check(found);
    const until = new Date(now.getTime() + CLAIM_MS);
    if (!(await claimRow(tx, found.id, { claim, now, until }))) {
      throw UploadInUse({
        uploadId: key.uploadId,
        repositoryName: key.repositoryName,
        registryId: key.registry.account,
        lastValidByteReceived: found.size - 1,
      });
    }
    return { repository, row: isCrashed(found) ? await withFreshObject(tx, found, { freshKey, key, now }) : found };
  });
  return { row, repository, claim };
}

/** A claim that was never given back, and nothing durable: the object may hold bytes that no row knows of. */
function isCrashed(row: UploadRow): boolean {
  return row.claim !== null && row.draft_state === '';
}

async function withFreshObject(
  tx: Writing,
  row: UploadRow,
  { freshKey, key, now }: { freshKey: string; key: UploadKey; now: Date },
): Promise<UploadRow> {
  await addCollected(tx, {
    object_key: row.object_key,
    ...key.registry,
    digest: null,
    size: 0,
    draft_state: '',
    reason: 'an upload was cut off before its first bytes were safe',
    condemned_at: now.getTime(),
  });
  await renewObjectKey(tx, row.id, freshKey);
  return { ...row, object_key: freshKey };
}

/** Where the upload's bytes are, so far; the object is begun if it is not yet. */
export async function draftOf(core: Pick<Core, 'blobs'>, { row }: Pick<ClaimedUpload, 'row'>): Promise<LayerDraft> {
  const { object_key: key, size, seal } = row;
  if (row.draft_state === '') return { stored: await core.blobs.begin(key), size: 0, seal: null };
  return { stored: { key, size: row.stored_size, state: storeStateOf(row) }, size, seal };
}

/** The blob store's own state of the upload's draft. */
export function storeStateOf(row: UploadRow): string {
  const [, state = ''] = row.draft_state.split(/^begun /);
  return state;
}

export interface Progress {
  readonly draft: LayerDraft;
  readonly parts?: Pick<UploadRow, 'parts' | 'last_part_size' | 'small_part'>;
}

/**
 * Writes down how far the upload is, and keeps or gives back the claim.
 *
 * @throws UploadNotFound when the claim was lost: the upload was ended meanwhile.
 */
export async function saveProgress(
  core: Pick<Core, 'metadata' | 'clock' | 'rules'>,
  key: UploadKey,
  { row, claim }: Pick<ClaimedUpload, 'row' | 'claim'>,
  { draft, parts, after }: Progress & { after: 'go-on' | 'give-back' },
): Promise<void> {
  const now = core.clock.now().getTime();
  const isOurs = await core.metadata.write((tx) =>
    noteProgress(tx, row.id, claim, {
      ...parts,
      size: draft.size,
      // Never empty, whatever the store keeps: empty means that nothing was begun.
      draft_state: `begun ${draft.stored.state}`,
      stored_size: draft.stored.size,
      seal: draft.seal,
      claim: after === 'go-on' ? claim : null,
      claimed_until: after === 'go-on' ? now + CLAIM_MS : 0,
      expires_at: now + core.rules.uploadExpiryMs,
    }),
  );
  if (!isOurs) {
    throw UploadNotFound({
      uploadId: key.uploadId,
      repositoryName: key.repositoryName,
      registryId: key.registry.account,
    });
  }
}
