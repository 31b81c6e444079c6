import type { Upload } from './bucket.ts';
import type { S3Parts } from './store-parts.ts';

/** Begins the multipart upload of the object under `key`. */
export async function beginUpload(
  { bucket, names, mayHaveOrphans }: Pick<S3Parts, 'bucket' | 'names' | 'mayHaveOrphans'>,
  key: string,
  options: { readonly checked: boolean },
): Promise<Upload> {
  const name = names.object(key);
  const { id, mayHaveTwin } = await bucket.beginParts(name, options);
  if (mayHaveTwin) mayHaveOrphans(key);
  return { name, id };
}
