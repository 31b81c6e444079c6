import { ObjectStream } from './object-stream.ts';
import type { S3Parts } from './store-parts.ts';
import { sumOf } from './sum.ts';

/** The id in the object that says whose bucket it is; it is written, with `id`, where there is none. */
export async function ownerOf(s3: S3Parts, id: string): Promise<string> {
  const { bucket, names, abilities } = s3;
  const read = async () => {
    const opened = await bucket.get(names.owner);
    return (
      opened &&
      Buffer.concat(await new ObjectStream(s3, names.owner, opened).toArray())
        .toString()
        .trim()
    );
  };
  const before = await read();
  if (before) return before;
  const { integrity, refusesTaken } = await abilities();
  const body = Buffer.from(`${id}\n`);
  await bucket.put(names.owner, body, { sum: sumOf(integrity, body), onlyNew: refusesTaken });
  // Who came second reads the first one's; without refusals the last one's, but nobody begins twice at once there.
  return (await read()) || id;
}
