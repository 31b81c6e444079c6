// Backs up or restores, and kills itself after a step: node child.ts backup|restore FROM TO STEP MINUTES. Says each
// step on standard output before it may die of it, and `done` when it came to the end. Its clock is MINUTES ahead, so
// that the lease of one that died before has run out.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { backup } from '../../src/housekeeping/backup.ts';
import { restore } from '../../src/housekeeping/restore.ts';
import { dataFolder } from '../../src/installation/data-folder.ts';
import { openBlobFolder } from '../../src/open-world.ts';
import { openFolder } from '../faults/open-folder.ts';
import { stepping, steppingBlobs } from '../faults/steps.ts';

const [, , what, from = '', to = '', killAfter = '0', minutes = '0'] = process.argv;
const clock = { now: () => new Date(Date.now() + Number(minutes) * 60_000) };
let steps = 0;
const step = (name: string) => {
  steps += 1;
  writeSync(1, `${name}\n`);
  if (steps === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
};
const onProgress = (progress: { step: string; done?: number }) => step(`${progress.step} ${progress.done ?? ''}`);

if (what === 'backup') {
  const { world, close } = await openFolder(from);
  const { blobs, close: closeStore } = await openBlobFolder(join(to, 'blobs'));
  const options = {
    folder: dataFolder(from),
    path: to,
    store: steppingBlobs(blobs, step),
    version: 'test',
    onProgress,
  };
  await backup(stepping({ ...world, clock }, step), options);
  await closeStore();
  await close();
} else {
  const source = await openBlobFolder(join(from, 'blobs'));
  const target = await openBlobFolder(join(to, 'blobs'));
  const world = { ...source, target: steppingBlobs(target.blobs, step) };
  await restore(world, { path: from, store: source.blobs, folder: dataFolder(to), onProgress });
  await source.close();
  await target.close();
}
writeSync(1, 'done\n');
