import type { Draft } from '../port.ts';
import type { Part } from './bucket.ts';
import { chained } from './chain.ts';
import { type PartsState, stateOf } from './draft-state.ts';
import { PART_SIZE } from './part-memory.ts';
import { rebuild } from './rebuild.ts';
import { isRefusal } from './store-error.ts';
import type { S3Parts } from './store-parts.ts';
import { crcOf, partIntegrity, sumOf } from './sum.ts';
import { readAgain } from './tails.ts';

/**
 * Makes the draft's bytes the object. What is there afterwards was looked at: an answer that was lost is no failure, and
 * one that came is not believed.
 *
 * @throws when bytes that the draft promises are not there
 */
export async function completeDraft(s3: S3Parts, draft: Draft): Promise<void> {
  const state = stateOf(draft, PART_SIZE);
  const name = s3.names.object(draft.key);
  if (state.kind === 'begun') await putEmpty(s3, name);
  if (state.kind === 'parts') await completeUpload(s3, draft, state);
  const head = await s3.bucket.head(name);
  if (head?.size === draft.size) return;
  throw new Error(`object ${draft.key} has lost bytes: ${head?.size ?? 'none'} of ${draft.size} are there`);
}

async function putEmpty({ bucket, abilities }: S3Parts, name: string): Promise<void> {
  const { integrity, refusesTaken } = await abilities();
  if (!refusesTaken && (await bucket.head(name))) return;
  const empty = Buffer.alloc(0);
  await bucket.put(name, empty, { sum: sumOf(integrity, empty), onlyNew: refusesTaken });
}

async function completeUpload(s3: S3Parts, draft: Draft, state: PartsState): Promise<void> {
  const { bucket, names } = s3;
  const upload = { name: names.object(draft.key), id: state.uploadId };
  const stored = await bucket.parts(upload);
  if (!stored) return; // It was completed before, or what follows says that it was not.
  const full = stored.slice(0, state.parts);
  checkFull(draft, state, full);
  const parts = [...full, ...(await lastPart(s3, draft, state, stored))];
  try {
    await bucket.completeParts(upload, parts);
  } catch (error) {
    if (!isRefusal(error, 'InvalidPart')) throw error;
    // Ceph completes no upload that has a part which is not named: what an append that was cut off left behind. Its
    // last parts may have arrived after we looked.
    const now = (await bucket.parts(upload)) ?? [];
    if (now.every(({ number, etag }) => parts[number - 1]?.etag === etag)) throw error;
    const last = state.tail && (await readAgain(s3, names.tail(draft.key, state.tail.id), state.tail));
    await rebuild(s3, upload, { full, last, checked: state.checked });
  }
}

/** @throws unless the parts are those that the draft stands on: who lost his claim may have sent others meanwhile */
function checkFull({ key }: Draft, { parts, chain }: PartsState, full: readonly Part[]): void {
  const areFull = full.every((part, i) => part.number === i + 1 && part.size === PART_SIZE);
  const found = full.reduce((so, { etag }) => chained(so, etag), '');
  if (full.length === parts && areFull && found === chain) return;
  throw new Error(`object ${key} has lost bytes: its first ${parts} parts are not those that were stored`);
}

/** What comes behind the full parts: the tail, sent as a part now unless it was before. An object needs one part. */
async function lastPart(
  s3: S3Parts,
  { key }: Draft,
  { tail, parts, uploadId, checked }: PartsState,
  stored: readonly Part[],
): Promise<readonly Part[]> {
  if (!tail && parts > 0) return [];
  const number = parts + 1;
  const before = stored.find((part) => part.number === number);
  if (tail && before?.etag === tail.sentAs && before?.size === tail.size) return [before];

  const upload = { name: s3.names.object(key), id: uploadId };
  const body = tail ? await readAgain(s3, s3.names.tail(key, tail.id), tail) : Buffer.alloc(0);
  const sum = sumOf(partIntegrity((await s3.abilities()).integrity, checked), body);
  const etag = await s3.bucket.putPart(upload, { number, body, sum });
  // Without an ETag the upload is gone, which completing it finds too.
  return [{ number, size: body.length, etag: etag ?? '', ...crcOf(sum) }];
}
