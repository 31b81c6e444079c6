import { Readable } from 'node:stream';
import type { UploadRow } from '../storage/metadata/tables.ts';
import type { Digest } from '../values/digest.ts';
import { appendToUpload } from './append-to-upload.ts';
import { type CompletedUpload, completeUpload } from './complete-upload.ts';
import type { Core } from './core.ts';
import { EmptyUpload, InvalidParameter, LayerAlreadyExists, LayerPartTooSmall, LimitExceeded } from './refusals.ts';
import type { Upload, UploadKey } from './uploads.ts';

/** By how much ECR's clients cut layers. API_InitiateLayerUpload. */
export const PART_SIZE = 10 * 1024 * 1024;

export interface UploadPart extends UploadKey {
  readonly firstByte: number;
  readonly lastByte: number;
  readonly bytes: Uint8Array;
}

/**
 * Adds a part of a layer: parts come one after the other, each right behind the last. API_UploadLayerPart.
 *
 * @throws RepositoryNotFound, UploadNotFound, UploadInUse, InvalidLayerPart, InvalidParameter, LimitExceeded
 */
export async function uploadPart(core: Core, input: UploadPart): Promise<Upload> {
  const { limits } = core.rules;
  const { bytes, firstByte, lastByte } = input;
  if (lastByte - firstByte + 1 !== bytes.length) {
    throw InvalidParameter({
      member: 'partLastByte',
      constraint: `The part from byte ${firstByte} to byte ${lastByte} must have ${lastByte - firstByte + 1} bytes instead of ${bytes.length}`,
    });
  }
  return appendToUpload(core, {
    ...input,
    bytes: Readable.from([bytes]),
    check: (row) => {
      if (row.parts < limits.partsPerUpload) return;
      throw LimitExceeded({
        what: `The upload with id '${row.id}' has reached the limit of ${limits.partsPerUpload} parts`,
      });
    },
    asPart: (row, size) => ({
      parts: row.parts + 1,
      last_part_size: size,
      small_part: row.small_part === 1 || (row.parts > 0 && row.last_part_size < limits.smallestPartInBytes) ? 1 : 0,
    }),
  });
}

/**
 * Makes an upload of parts a layer. API_CompleteLayerUpload.
 *
 * @throws RepositoryNotFound, UploadNotFound, UploadInUse, EmptyUpload, LayerPartTooSmall (aws-strict), InvalidLayer,
 *   LayerAlreadyExists (its bytes were verified before)
 */
export async function completeParts(
  core: Core,
  input: UploadKey & { digests: readonly [Digest, ...Digest[]] },
): Promise<CompletedUpload> {
  const { repositoryName } = input;
  const registryId = input.registry.account;
  const completed = await completeUpload(core, {
    ...input,
    check: (row) => {
      if (row.size === 0) throw EmptyUpload({ uploadId: row.id, repositoryName, registryId });
      if (core.rules.fidelity === 'aws-strict') checkPartSizes(row);
    },
  });
  if (completed.existed) throw LayerAlreadyExists({ digest: completed.digest, repositoryName, registryId });
  return completed;
}

/** docs/differences.md, "Small parts": Berth's own stores need no smallest part. */
function checkPartSizes(row: UploadRow): void {
  if (row.small_part === 1) throw LayerPartTooSmall({});
}
