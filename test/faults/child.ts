// Runs a scenario on a data folder and kills itself after a step: node child.ts FOLDER SCENARIO STEP. Says each step on
// standard output before it may die of it, and `done` when it came to the end.
import { writeSync } from 'node:fs';
import { openFolder } from './open-folder.ts';
import { isScenarioName, SCENARIOS } from './scenarios.ts';
import { stepping } from './steps.ts';

const [, , folder = '', scenario, killAfter = '0'] = process.argv;
if (!isScenarioName(scenario)) throw new Error(`There is no scenario ${scenario}.`);

const { world, close } = await openFolder(folder);
let steps = 0;
const watched = stepping(world, (name) => {
  steps += 1;
  writeSync(1, `${name}\n`);
  if (steps === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
});
await SCENARIOS[scenario].run(watched);
writeSync(1, 'done\n');
await close();
