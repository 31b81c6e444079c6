// Backs up and restores as the commands do, and tells of each step that changes something, once it is done.
import { join } from 'node:path';
import { backup } from '../../src/housekeeping/backup.ts';
import { restore } from '../../src/housekeeping/restore.ts';
import { dataFolder } from '../../src/installation/data-folder.ts';
import { openBlobFolder } from '../../src/open-world.ts';
import { openFolder } from '../faults/open-folder.ts';
import { type OnStep, stepping, steppingBlobs } from '../faults/steps.ts';

interface Moving {
  readonly from: string;
  readonly to: string;
  readonly step: OnStep;
}

/** With a clock that is so many minutes ahead, so that the lease of one that died before has run out. */
export async function backUpInSteps({ from, to, step, minutes = 0 }: Moving & { minutes?: number }): Promise<void> {
  const { world, close } = await openFolder(from);
  const { blobs, close: closeStore } = await openBlobFolder(join(to, 'blobs'));
  const clock = { now: () => new Date(Date.now() + minutes * 60_000) };
  await backup(stepping({ ...world, clock }, step), {
    folder: dataFolder(from),
    path: to,
    store: steppingBlobs(blobs, step),
    version: 'test',
    onProgress: progress(step),
  });
  await closeStore();
  await close();
}

export async function restoreInSteps({ from, to, step }: Moving): Promise<void> {
  const source = await openBlobFolder(join(from, 'blobs'));
  const target = await openBlobFolder(join(to, 'blobs'));
  const world = { ...source, target: steppingBlobs(target.blobs, step) };
  await restore(world, { path: from, store: source.blobs, folder: dataFolder(to), onProgress: progress(step) });
  await source.close();
  await target.close();
}

function progress(step: OnStep) {
  return (it: { readonly step: string; readonly done?: number }) => step(`${it.step} ${it.done ?? ''}`);
}
