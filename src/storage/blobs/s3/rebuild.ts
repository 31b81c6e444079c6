import type { Bucket, Part, Upload } from './bucket.ts';
import { PART_SIZE } from './part-memory.ts';
import { isRefusal } from './store-error.ts';
import type { S3Parts } from './store-parts.ts';
import { crcOf, type Integrity, partIntegrity, sumOf } from './sum.ts';

/** A copy inside the store is one part of so much at most. */
const COPY_SIZE = 32 * PART_SIZE;
const COPIES_AT_ONCE = 4;
/** How often parts may arrive while all of them are made the object: an append has so many on their way at most. */
const MOST_LATE = 8;

interface Wanted {
  /** The full parts that the object begins with. */
  readonly full: readonly Part[];
  /** The bytes behind them. */
  readonly last: Buffer | undefined;
  /** Whether the upload's parts bring a CRC-32. */
  readonly checked: boolean;
}

/**
 * Makes the object of some of an upload's parts where the store insists on all that were ever sent. Parts cannot be
 * removed one by one, and only an object's bytes can be copied: so all of them are made the object, and then its
 * beginning takes its place. Nobody reads it in between: no row knows an object that is not complete.
 */
export async function rebuild(s3: S3Parts, upload: Upload, wanted: Wanted): Promise<void> {
  const { bucket, abilities } = s3;
  const { integrity } = await abilities();
  if (wanted.full.length > 0) await completeAll(bucket, upload, wanted, partIntegrity(integrity, wanted.checked));

  const checked = integrity === 'crc32';
  const fresh = { name: upload.name, id: (await bucket.beginParts(upload.name, { checked })).id };
  try {
    const parts = await copyBeginning(bucket, fresh, wanted.full.length * PART_SIZE);
    if (wanted.last || parts.length === 0) {
      const body = wanted.last ?? Buffer.alloc(0);
      const number = parts.length + 1;
      const sum = sumOf(integrity, body);
      const etag = await bucket.putPart(fresh, { number, body, sum });
      parts.push({ number, size: body.length, etag: etag ?? '', ...crcOf(sum) });
    }
    await bucket.completeParts(fresh, parts);
  } catch (error) {
    await bucket.abortParts(fresh).catch(() => {}); // What led here matters more; fsck finds the rest.
    throw error;
  }
  if (wanted.full.length === 0) await bucket.abortParts(upload);
}

/** Only the last part of an object may be short, so a short one among those that are not wanted is overwritten. */
async function completeAll(bucket: Bucket, upload: Upload, { full }: Wanted, integrity: Integrity): Promise<void> {
  const unwanted = async () => (await bucket.parts(upload))?.slice(full.length) ?? [];
  for (let late = 0; ; late++) {
    for (const { number, size } of (await unwanted()).slice(0, -1)) {
      if (size === PART_SIZE) continue;
      const body = Buffer.alloc(PART_SIZE);
      await bucket.putPart(upload, { number, body, sum: sumOf(integrity, body) });
    }
    try {
      await bucket.completeParts(upload, [...full, ...(await unwanted())]);
      return;
    } catch (error) {
      // Behind the last one, which was short, another has arrived.
      const isLate = isRefusal(error, 'InvalidPart') || isRefusal(error, 'EntityTooSmall');
      if (!isLate || late === MOST_LATE) throw error;
    }
  }
}

async function copyBeginning(bucket: Bucket, upload: Upload, size: number): Promise<Part[]> {
  const copies: { readonly number: number; readonly first: number; readonly last: number }[] = [];
  for (let first = 0; first < size; first += COPY_SIZE) {
    copies.push({ number: copies.length + 1, first, last: Math.min(first + COPY_SIZE, size) - 1 });
  }
  const parts: Part[] = [];
  for (let i = 0; i < copies.length; i += COPIES_AT_ONCE) {
    const some = copies.slice(i, i + COPIES_AT_ONCE);
    parts.push(...(await Promise.all(some.map((copy) => bucket.copyPart(upload, copy)))));
  }
  return parts;
}
