import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Checkpoint, Draft } from './port.ts';
import { keepReserve } from './reserve.ts';
import { needingRoom } from './storage-full.ts';
import { type Writeback, writeback } from './writeback.ts';

const MIB = 1024 * 1024;
const SYNC_STEP = 8 * MIB;
const CHECKPOINT_STEP = 64 * MIB;

/** The mode of a completed object. Its being read-only is what refuses an append with a draft of old. */
export const COMPLETED_MODE = 0o400;

/** `append` of the blob store, on the file at `path`. */
export async function appendToFile(
  path: string,
  draft: Draft,
  bytes: AsyncIterable<Uint8Array>,
  checkpoint?: Checkpoint,
): Promise<Draft> {
  const file = await open(path, 'r+');
  const syncs = writeback(file, draft.size, SYNC_STEP);
  let kept = draft.size;
  try {
    if ((await sizeBehind(file, draft)) > 0) await file.truncate(draft.size);
    let size = draft.size;
    let hasRoomUntil = 0;
    for await (const chunk of bytes) {
      if (size >= hasRoomUntil) {
        await keepReserve(dirname(path));
        hasRoomUntil = size + SYNC_STEP;
      }
      await writeAll(file, chunk, size);
      size += chunk.length;
      await syncs.wrote(size);
      if (checkpoint && syncs.durable - kept >= CHECKPOINT_STEP) {
        // Kept from here on, not from its end: a checkpoint that rejects may have been written down all the same.
        kept = syncs.durable;
        await checkpoint({ ...draft, size: kept });
      }
    }
    await syncs.finish(size);
    return { ...draft, size };
  } catch (error) {
    await giveRoomBack(file, syncs, kept);
    throw error;
  } finally {
    await file.close();
  }
}

/** Whether the file may only be read any more. Asked of its mode, since root may write whatever the mode says. */
export async function isCompleted(file: FileHandle): Promise<boolean> {
  const { mode } = await file.stat();
  return (mode & 0o200) === 0;
}

/**
 * How many bytes lie behind the draft: the rest of an append that ended with its process.
 *
 * @throws when the object is completed, or when bytes that the draft promises are not there
 */
export async function sizeBehind(file: FileHandle, draft: Draft): Promise<number> {
  if (await isCompleted(file)) throw new Error(`object ${draft.key} is complete: nothing can be added`);
  const { size } = await file.stat();
  if (size < draft.size) throw new Error(`object ${draft.key} has lost bytes: ${size} of ${draft.size} are there`);
  return size - draft.size;
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const rest = bytes.length - written;
    const { bytesWritten } = await needingRoom(file.write(bytes, written, rest, position + written));
    written += bytesWritten;
  }
}

/** After a failure: back to `kept`, the longest draft that anybody was told of. The failure is what matters. */
async function giveRoomBack(file: FileHandle, syncs: Writeback, kept: number): Promise<void> {
  await syncs.settle();
  const { size } = await file.stat();
  if (size > kept && !(await isCompleted(file))) await file.truncate(kept).catch(() => {});
}
