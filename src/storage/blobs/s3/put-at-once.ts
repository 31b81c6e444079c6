import { ObjectStream } from './object-stream.ts';
import type { S3Parts } from './store-parts.ts';
import type { Sum } from './sum.ts';

/**
 * Stores the whole object under `key`, where nothing may be yet. Something that has these very bytes is an earlier try
 * of ours whose answer was lost, and counts.
 *
 * @throws when something else is there
 */
export async function putAtOnce(s3: S3Parts, key: string, bytes: Buffer, sum: Sum): Promise<void> {
  const { bucket, names } = s3;
  const name = names.object(key);
  if ((await bucket.put(name, bytes, { sum, onlyNew: true })) === 'stored') return;
  const opened = await bucket.get(name);
  const stream = opened && new ObjectStream(s3, name, opened);
  if (stream && opened.length !== bytes.length) stream.destroy();
  else if (stream && bytes.equals(Buffer.concat(await stream.toArray()))) return;
  throw new Error(`object ${key} is there already, and has other bytes`);
}
