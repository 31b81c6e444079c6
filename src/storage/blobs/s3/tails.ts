import { crc32 } from 'node:zlib';
import type { Tail } from './draft-state.ts';
import { ObjectStream } from './object-stream.ts';
import type { S3Parts } from './store-parts.ts';
import type { Sum } from './sum.ts';

/** Stores `bytes` as a tail of the object under `key`. Its name is fresh: nobody else's tail is ever written to. */
export async function putTail(
  { bucket, names }: Pick<S3Parts, 'bucket' | 'names'>,
  key: string,
  bytes: Buffer,
  sum: Sum,
): Promise<Tail> {
  const id = crypto.randomUUID();
  await bucket.put(names.tail(key, id), bytes, { sum });
  return { id, size: bytes.length, crc: crc32(bytes) };
}

/**
 * The bytes under `name`, which were `size` bytes with that CRC-32 when they were acknowledged.
 *
 * @throws when they are not
 */
export async function readAgain(
  s3: S3Parts,
  name: string,
  promised: { readonly size: number; readonly crc: number },
): Promise<Buffer> {
  const opened = await s3.bucket.get(name);
  if (!opened) throw new Error(`a draft has lost bytes: the ${promised.size} of ${name} are not there`);
  if (opened.length !== promised.size) opened.body.on('error', () => {}).destroy();
  else {
    const bytes = Buffer.concat(await new ObjectStream(s3, name, opened).toArray());
    if (crc32(bytes) === promised.crc) return bytes;
  }
  throw new Error(`a draft has lost bytes: ${name} has others than the ${promised.size} that were stored`);
}

/** Removes these tails of an object; gives those that it could not, which does not matter now. */
export async function removeTails(
  { bucket, names, log }: Pick<S3Parts, 'bucket' | 'names' | 'log'>,
  key: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  try {
    await bucket.remove(ids.map((id) => names.tail(key, id)));
    return [];
  } catch (err) {
    log.warn({ objectKey: key, err }, 'bytes that are no longer needed were not removed');
    return ids;
  }
}
