import { DeleteObjectCommand, DeleteObjectsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Call } from './call.ts';
import { isRefusal } from './store-error.ts';

/** One request may name 1,000, but stores remove those of one request one after the other. */
const BATCH = 250;
const BATCHES_AT_ONCE = 4;
const SINGLES_AT_ONCE = 16;
const NOT_THERE = 'NoSuchKey';

/** How stores say that they know no batches, or none without a checksum that this SDK does not send. */
function isNoBatches(error: unknown): boolean {
  return [400, 405, 411, 501].some((status) => isRefusal(error, status));
}

interface Removal {
  /** As far as is known. */
  readonly hasBatches: boolean;
  remove(names: readonly string[]): Promise<void>;
}

/** Removes by batches, or one by one once the store has shown that it knows no batches. */
export function removing(client: S3Client, Bucket: string, call: Call): Removal {
  let hasBatches = true;

  async function removeOne(Key: string): Promise<void> {
    try {
      await call(`removing ${Key}`, (options) => client.send(new DeleteObjectCommand({ Bucket, Key }), options));
    } catch (error) {
      if (!isRefusal(error, NOT_THERE)) throw error;
    }
  }

  async function removeBatch(names: readonly string[]): Promise<void> {
    const Objects = names.map((Key) => ({ Key }));
    const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
    const { Errors = [] } = await call(`removing ${names.length} objects`, (options) => client.send(command, options));
    // The request as a whole succeeded; what did not is tried once more by itself, and says then what is wrong.
    const left = Errors.filter(({ Code }) => Code !== NOT_THERE).map(({ Key }) => Key);
    await removeSingly(left.filter((it) => it !== undefined));
  }

  async function removeSingly(names: readonly string[]): Promise<void> {
    for (let i = 0; i < names.length; i += SINGLES_AT_ONCE) {
      await Promise.all(names.slice(i, i + SINGLES_AT_ONCE).map(removeOne));
    }
  }

  async function removeSome(names: readonly string[]): Promise<void> {
    try {
      if (hasBatches) return await removeBatch(names);
    } catch (error) {
      if (!isNoBatches(error)) throw error;
      hasBatches = false;
    }
    await removeSingly(names);
  }

  return {
    get hasBatches() {
      return hasBatches;
    },
    async remove(names) {
      const different = [...new Set(names)];
      if (different.length === 1) return removeSingly(different);
      const batches = Array.from({ length: Math.ceil(different.length / BATCH) }, (_, i) =>
        different.slice(i * BATCH, (i + 1) * BATCH),
      );
      for (let i = 0; i < batches.length; i += BATCHES_AT_ONCE) {
        await Promise.all(batches.slice(i, i + BATCHES_AT_ONCE).map(removeSome));
      }
    },
  };
}
