import { type Examined, PROBE_PREFIX } from '../port.ts';
import { ObjectStream } from './object-stream.ts';
import type { S3Parts } from './store-parts.ts';
import { sumOf } from './sum.ts';

const BYTES = Buffer.from('berth looked here');
const SUM = sumOf('none', BYTES);

/** Tries what is relied on, with objects of its own that it removes. Nothing of it rejects: what fails is told. */
export async function examineBucket(s3: S3Parts): Promise<readonly Examined[]> {
  const names = Array.from({ length: 3 }, () => s3.names.object(`${PROBE_PREFIX}${crypto.randomUUID()}`));
  const [one = '', other = '', absent = ''] = names;
  const { bucket } = s3;
  const found = [
    await trying('writing and reading', 'What was written is read back at once.', async () => {
      await bucket.put(one, BYTES, { sum: SUM });
      expect((await readAll(s3, one))?.equals(BYTES), 'other bytes were read than had been written');
    }),
    await trying('missing objects', 'The store says when there is no such object.', async () => {
      expect(await bucket.isMissing(absent), 'an object was there that nobody wrote');
    }),
    await trying('ranges', 'A part of an object can be read.', async () => {
      const read = await readAll(s3, one, { first: 6, last: 11 });
      expect(read?.equals(BYTES.subarray(6, 12)), 'other bytes were read than those of the range');
    }),
    await trying('listing', 'berth fsck can look for bytes that nobody needs.', async () => {
      const listed = await Array.fromAsync(bucket.list(one));
      expect(
        listed.some(({ name, size }) => name === one && size === BYTES.length),
        'an object was not listed',
      );
    }),
    await trying('multipart uploads', 'Layers are sent in parts, and go on after a pause.', () => tryParts(s3, other)),
    await examineAbilities(s3),
    await examineRemoval(s3, [one, other]),
  ];
  return found.flat();
}

async function tryParts({ bucket }: S3Parts, name: string): Promise<void> {
  const upload = { name, id: (await bucket.beginParts(name, { checked: false })).id };
  try {
    const etag = await bucket.putPart(upload, { number: 1, body: BYTES, sum: SUM });
    const parts = (await bucket.parts(upload)) ?? [];
    expect(parts[0]?.etag === etag && parts[0]?.size === BYTES.length, 'a part was not listed');
    await bucket.completeParts(upload, parts);
    expect((await bucket.head(name))?.size === BYTES.length, 'the parts did not become an object');
  } finally {
    await bucket.abortParts(upload);
  }
}

async function examineAbilities({ abilities }: S3Parts): Promise<readonly Examined[]> {
  const [conditional, checksums] = ['conditional writes', 'checksums'];
  try {
    const { refusesTaken, integrity } = await abilities();
    return [
      refusesTaken
        ? { what: conditional, state: 'good', detail: 'Small layers are written by one request.' }
        : { what: conditional, state: 'worse', detail: 'Not known to the store: small layers need four requests.' },
      integrity === 'none'
        ? {
            what: checksums,
            state: 'worse',
            detail: 'Not verified by the store: damage on the way to it shows at the next pull. Use https.',
          }
        : { what: checksums, state: 'good', detail: `Damage on the way to the store is noticed (${integrity}).` },
    ];
  } catch (error) {
    return [conditional, checksums].map((what) => missing(what, error));
  }
}

/** Removes what the others wrote, too. */
async function examineRemoval({ bucket }: S3Parts, names: readonly string[]): Promise<Examined> {
  const removed = await trying('removal', 'A thousand objects are removed by one request.', async () => {
    await bucket.remove(names);
    for (const name of names) expect(await bucket.isMissing(name), 'an object was there after its removal');
  });
  if (removed.state !== 'good' || bucket.removesByBatch()) return removed;
  return { ...removed, state: 'worse', detail: 'The store knows no batches: objects are removed one by one.' };
}

async function readAll(s3: S3Parts, name: string, range?: { first: number; last: number }) {
  const opened = await s3.bucket.get(name, range && { range });
  return opened && Buffer.concat(await new ObjectStream(s3, name, opened).toArray());
}

async function trying(what: string, detail: string, work: () => Promise<void>): Promise<Examined> {
  try {
    await work();
    return { what, state: 'good', detail };
  } catch (error) {
    return missing(what, error);
  }
}

function missing(what: string, error: unknown): Examined {
  return { what, state: 'missing', detail: error instanceof Error ? error.message : String(error) };
}

function expect(isSo: boolean | undefined, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}
