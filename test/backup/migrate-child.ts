// Moves a Berth and kills itself after a step: node migrate-child.ts FROM.yaml TO.yaml STEP MINUTES. Says each step on
// standard output before it may die of it, and `done` when it came to the end. Its clock is MINUTES ahead, so that the
// lease of one that died before has run out.
import { writeSync } from 'node:fs';
import { bringKeys } from '../../src/housekeeping/migrate-storage/bring-keys.ts';
import { installationOf, migrateStorage } from '../../src/housekeeping/migrate-storage.ts';
import { makeDataFolder } from '../../src/installation/data-folder.ts';
import { openWorld } from '../../src/open-world.ts';
import { readSettings } from '../../src/settings/read-settings.ts';
import { startLog } from '../../src/telemetry/log.ts';
import { stepping } from '../faults/steps.ts';

const [, , from = '', to = '', killAfter = '0', minutes = '0'] = process.argv;
const outside = {
  clock: { now: () => new Date(Date.now() + Number(minutes) * 60_000) },
  log: startLog('silent'),
};
let steps = 0;
const step = (name: string) => {
  steps += 1;
  writeSync(1, `${name}\n`);
  if (steps === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
};

const [mine, theirs] = await Promise.all(
  [from, to].map((config) => readSettings({ flags: { config }, environment: {} })),
);
if (!mine || !theirs) throw new Error('two config files are needed');
const [folder, newFolder] = await Promise.all([mine, theirs].map((it) => makeDataFolder(it.dataDir)));
if (!folder || !newFolder) throw new Error('two folders are needed');
const source = await openWorld(mine, folder, { as: 'guest', ...outside });
const target = { folder: newFolder, rootKey: theirs.rootKey, isEmbedded: theirs.database === undefined };
await bringKeys({ folder, rootKey: mine.rootKey }, target, source.world.ids);
const installation = await installationOf(source.world);
const copy = await openWorld(theirs, newFolder, { as: 'owner', installation, ...outside });
await migrateStorage(stepping(source.world, step), stepping(copy.world, step), { where: 'a test' });
await copy.close();
await source.close();
writeSync(1, 'done\n');
