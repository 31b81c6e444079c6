import type { BlobStore } from './port.ts';

const WRITTEN = 'berth was here';

/**
 * Writes, reads and removes an object under `key`, which is used for nothing else: what an earlier probe that was
 * killed left there is removed first.
 *
 * @throws what the store throws, or that it gave other bytes than it was given
 */
export async function probeStore(store: BlobStore, key: string): Promise<void> {
  await store.remove([key]);
  let draft = await store.begin(key);
  try {
    draft = await store.append(draft, written());
    await store.complete(draft);
    const read = await store.read(key);
    const text = read && Buffer.concat(await read.toArray()).toString();
    if (text !== WRITTEN) throw new Error(`the blob store gave back ${JSON.stringify(text)} for a probe`);
  } finally {
    await store.discard(draft);
  }
}

async function* written(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(WRITTEN);
}
