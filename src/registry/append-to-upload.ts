import type { Readable } from 'node:stream';
import { type Intake, intake } from '../bytes/intake.ts';
import type { Hasher } from '../bytes/port.ts';
import { TooLong } from '../bytes/too-long.ts';
import type { UploadRow } from '../storage/metadata/tables.ts';
import { expireClaim } from '../storage/metadata/uploads.ts';
import type { DigestAlgorithm } from '../values/digest.ts';
import { appendBytes, sealOfDraft } from './append-bytes.ts';
import {
  CLAIM_MS,
  type ClaimedUpload,
  claimUpload,
  draftOf,
  type LayerDraft,
  type Progress,
  saveProgress,
} from './claim-upload.ts';
import type { Core } from './core.ts';
import { keepingClaim } from './keep-claim.ts';
import { parkHasher, takeHasher } from './parked-hashers.ts';
import { InvalidLayerPart, LayerTooLarge, SizeInvalid, UploadCutShort } from './refusals.ts';
import type { Upload, UploadKey } from './uploads.ts';

/** A body that brings no byte for so long is given up; what came is kept. */
const IDLE_MS = 60_000;

export interface AppendToUpload extends UploadKey {
  readonly bytes: Readable;
  /** Where the first byte belongs; undefined: behind what is there. */
  readonly firstByte?: number;
  /** Where the last byte belongs, when the client says so. */
  readonly lastByte?: number;
  /** May still refuse, seeing the upload's row. */
  readonly check?: (row: UploadRow) => void;
  /** What an ECR layer part adds to the row beside its bytes. */
  readonly asPart?: (row: UploadRow, size: number) => NonNullable<Progress['parts']>;
}

/**
 * Adds bytes behind those that the upload has; they are durable when it resolves. When the client goes away half-way,
 * what arrived is kept, so that it can go on behind it.
 *
 * @throws RepositoryNotFound, UploadNotFound, UploadInUse, InvalidLayerPart (the first byte belongs elsewhere),
 *   SizeInvalid, LayerTooLarge, UploadCutShort, and the refusals of KMS
 */
export async function appendToUpload(core: Core, input: AppendToUpload): Promise<Upload> {
  const upload = await claimUpload(core, input, (row) => {
    checkFirstByte(row, input);
    input.check?.(row);
  });
  return keepingClaim(core, upload, () => append(core, input, upload));
}

async function append(core: Core, input: AppendToUpload, upload: ClaimedUpload): Promise<Upload> {
  const { row } = upload;
  let safe: LayerDraft | undefined;
  const hasher = hasherFor(core, row);
  const incoming = intake(input.bytes, { hasher, limit: limitOf(core, row, input), idleTimeoutMs: IDLE_MS });
  try {
    const begun = await draftOf(core, upload);
    const seal = await sealOfDraft(core, upload.repository, begun);
    safe = begun;
    const progress = () => safe ?? begun;
    const bytes = noting(core, input, upload, incoming, progress);
    const grown = await appendBytes(core, { draft: begun, seal }, bytes, async (draft) => {
      safe = draft;
      await saveProgress(core, input, upload, { draft, after: 'go-on' });
    });
    checkLength(input, incoming);
    const parts = input.asPart?.(row, grown.size - row.size);
    await saveProgress(core, input, upload, { draft: grown, ...(parts && { parts }), after: 'give-back' });
    safe = grown;
  } catch (error) {
    hasher?.dispose();
    await giveBack(core, input, upload, safe);
    throw error instanceof TooLong ? tooLong(core, input, incoming) : error;
  }
  if (hasher) parkHasher(core.hashing, row.id, hasher);
  if (incoming.cutShort) throw UploadCutShort({ received: safe.size });
  return { id: row.id, size: safe.size };
}

function checkFirstByte(row: UploadRow, { firstByte, ...key }: AppendToUpload): void {
  if (firstByte === undefined || firstByte === row.size) return;
  throw InvalidLayerPart({
    got: firstByte,
    expected: row.size,
    lastValidByteReceived: row.size - 1,
    uploadId: key.uploadId,
    repositoryName: key.repositoryName,
    registryId: key.registry.account,
  });
}

/** One that has seen all bytes so far; none when an earlier request was on another node, or before a restart. */
function hasherFor(core: Core, row: UploadRow): Hasher | undefined {
  const algorithm: DigestAlgorithm = row.algorithm === 'sha512' ? 'sha512' : 'sha256';
  const known = takeHasher(core.hashing, row.id, { size: row.size, algorithm });
  return known ?? (row.size === 0 ? core.hashing.start(algorithm) : undefined);
}

function limitOf(core: Core, row: UploadRow, { firstByte, lastByte }: AppendToUpload): number {
  const room = core.rules.limits.layerSizeInBytes - row.size;
  return lastByte === undefined ? room : Math.min(room, lastByte - (firstByte ?? row.size) + 1);
}

/** Passes the bytes on, and ends once the claim is lost: an upload that many chunks come for does not expire meanwhile. */
async function* noting(
  core: Core,
  key: UploadKey,
  upload: ClaimedUpload,
  bytes: Intake,
  safe: () => LayerDraft,
): AsyncGenerator<Uint8Array> {
  let notedAt = core.clock.now().getTime();
  for await (const chunk of bytes) {
    yield chunk;
    const now = core.clock.now().getTime();
    if (now - notedAt < CLAIM_MS / 4) continue;
    notedAt = now;
    await saveProgress(core, key, upload, { draft: safe(), after: 'go-on' });
  }
}

/** A range that was announced must have come whole; what has no announced end may end anywhere. */
function checkLength({ firstByte, lastByte }: AppendToUpload, { received, cutShort }: Intake): void {
  if (firstByte === undefined || lastByte === undefined || cutShort) return;
  const announced = lastByte - firstByte + 1;
  if (received !== announced) throw SizeInvalid({ announced, received });
}

function tooLong(core: Core, { firstByte, lastByte }: AppendToUpload, { received }: Intake) {
  if (firstByte !== undefined && lastByte !== undefined) {
    return SizeInvalid({ announced: lastByte - firstByte + 1, received });
  }
  return LayerTooLarge({ limit: core.rules.limits.layerSizeInBytes });
}

/**
 * Lets the next request go on from what is safe. With nothing safe it gets another object: this one may have been written
 * all the same, and an object is written once. Never hides the error that led here.
 */
async function giveBack(
  core: Core,
  key: UploadKey,
  upload: ClaimedUpload,
  safe: LayerDraft | undefined,
): Promise<void> {
  try {
    if (safe && safe.size > 0) await saveProgress(core, key, upload, { draft: safe, after: 'give-back' });
    else await core.metadata.write((tx) => expireClaim(tx, upload.row.id, upload.claim));
  } catch (error) {
    core.log.warn({ uploadId: key.uploadId, err: error }, 'claim of an upload was not given back');
  }
}
