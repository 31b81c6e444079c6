// Moves a Berth and kills itself after a step: node migrate-child.ts FROM.yaml TO.yaml STEP MINUTES. Says each step on
// standard output before it may die of it, and `done` when it came to the end.
import { writeSync } from 'node:fs';
import { migrateInSteps } from './migrate-in-steps.ts';

const [, , from = '', to = '', killAfter = '0', minutes = '0'] = process.argv;
let steps = 0;
const step = (name: string) => {
  steps += 1;
  writeSync(1, `${name}\n`);
  if (steps === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
};
await migrateInSteps({ from, to, step, minutes: Number(minutes) });
writeSync(1, 'done\n');
