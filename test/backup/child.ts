// Backs up or restores, and kills itself after a step: node child.ts backup|restore FROM TO STEP MINUTES. Says each
// step on standard output before it may die of it, and `done` when it came to the end.
import { writeSync } from 'node:fs';
import { backUpInSteps, restoreInSteps } from './in-steps.ts';

const [, , what, from = '', to = '', killAfter = '0', minutes = '0'] = process.argv;
let steps = 0;
const step = (name: string) => {
  steps += 1;
  writeSync(1, `${name}\n`);
  if (steps === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
};

if (what === 'backup') await backUpInSteps({ from, to, step, minutes: Number(minutes) });
else await restoreInSteps({ from, to, step });
writeSync(1, 'done\n');
