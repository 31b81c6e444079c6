import type { BlobStore } from '../../src/storage/blobs/port.ts';
import type { Metadata } from '../../src/storage/metadata/port.ts';
import type { World } from '../../src/world.ts';

/** Told of each step that changes what is on the disk, once it is done. */
export type OnStep = (name: string) => void;

/** The same world, whose every change is a step. */
export function stepping(world: World, step: OnStep): World {
  return { ...world, metadata: steppingMetadata(world.metadata, step), blobs: steppingBlobs(world.blobs, step) };
}

function steppingMetadata(metadata: Metadata, step: OnStep): Metadata {
  return {
    ...metadata,
    async write(work, options) {
      const result = await metadata.write(async (tx) => {
        const result = await work(tx);
        step('write ready');
        return result;
      }, options);
      step('write committed');
      return result;
    },
  };
}

export function steppingBlobs(blobs: BlobStore, step: OnStep): BlobStore {
  const after = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const result = await work;
    step(name);
    return result;
  };
  async function* steppingChunks(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      yield chunk;
      step('chunk written');
    }
  }
  return {
    ...blobs,
    begin: (key) => after('object begun', blobs.begin(key)),
    append: (draft, bytes, checkpoint) =>
      after('bytes appended', blobs.append(draft, steppingChunks(bytes), checkpoint)),
    complete: (draft) => after('object completed', blobs.complete(draft)),
    discard: (draft) => after('draft discarded', blobs.discard(draft)),
    remove: (keys) => after('objects removed', blobs.remove(keys)),
  };
}
