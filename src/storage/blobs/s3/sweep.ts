import type { Draft, StoredObject } from '../port.ts';
import type { BegunUpload } from './bucket.ts';
import { parseState } from './draft-state.ts';
import { multipartKeyOf } from './names.ts';
import type { S3Parts } from './store-parts.ts';

type Sweeping = Pick<S3Parts, 'bucket' | 'names'>;

/** A part that was on its way when its upload was ended can bring it back to life: then it is ended again. */
const ROUNDS = 3;

/**
 * Removes the pieces of an object that is complete. They are looked for where others have worked at its draft, or an
 * append was cut off; `areAllNamed`: its draft names all there are. What stays is no part of any object.
 */
export async function removePieces(
  s3: Pick<S3Parts, 'bucket' | 'names' | 'log'>,
  { key, state }: Draft,
  { areAllNamed }: { readonly areAllNamed: boolean },
): Promise<void> {
  try {
    if (!areAllNamed) return await sweepPieces(s3, key);
    const known = parseState(state);
    if (known.kind !== 'parts') return;
    const ids = [...(known.spent ?? []), ...(known.tail ? [known.tail.id] : [])];
    await s3.bucket.remove(ids.map((id) => s3.names.tail(key, id)));
  } catch (err) {
    s3.log.warn({ objectKey: key, err }, 'pieces of a complete object were left behind');
  }
}

/** Removes every tail and every unfinished multipart upload of the object under `key`. */
async function sweepPieces(s3: Sweeping, key: string): Promise<void> {
  await Promise.all([abortUploads(s3, key), removeAllTails(s3, key)]);
}

/** Removes whatever there is of a draft: its pieces, and the object. */
export async function discardDraft({ bucket, names }: Sweeping, { key }: Draft): Promise<void> {
  await sweepPieces({ bucket, names }, key);
  // Last: until here the pieces could have been made the object.
  await bucket.remove([names.object(key)]);
}

export async function abortUploads(s3: Sweeping, key: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const uploads = await uploadsOf(s3, key);
    if (uploads.length === 0) return;
    await Promise.all(uploads.map((upload) => s3.bucket.abortParts(upload)));
  }
}

export async function uploadsOf({ bucket, names }: Sweeping, key: string): Promise<BegunUpload[]> {
  const name = names.object(key);
  const found = await Array.fromAsync(bucket.listUploads(name));
  return found.filter((upload) => upload.name === name);
}

/** Everything stored below the prefix, the pieces of drafts included. */
export async function* listAll({ bucket, names }: Sweeping): AsyncGenerator<StoredObject> {
  for await (const { name, size, modifiedAt } of bucket.list(names.prefix)) {
    const held = names.held(name);
    if (held) yield { ...held, sizeInBytes: size, modifiedAt };
  }
  for await (const upload of bucket.listUploads(names.prefix)) {
    const owner = names.held(upload.name);
    if (!owner || owner.pieceOf !== undefined) continue;
    const parts = await bucket.parts(upload);
    if (!parts) continue; // Completed or ended since.
    const sizeInBytes = parts.reduce((sum, { size }) => sum + size, 0);
    yield { key: multipartKeyOf(owner.key), pieceOf: owner.key, sizeInBytes, modifiedAt: upload.begunAt };
  }
}

async function removeAllTails({ bucket, names }: Sweeping, key: string): Promise<void> {
  const tails = await Array.fromAsync(bucket.list(names.tailsOf(key)));
  await bucket.remove(tails.map(({ name }) => name));
}
