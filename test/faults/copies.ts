// What a process leaves on the disk when it is killed, without killing one: a copy of its folder at that moment. Pages
// that wait in memory outlive a process, so that whoever opens the one or the other finds the same bytes.
import { createHash } from 'node:crypto';
import { cpSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../../src/world.ts';
import { openFolder } from './open-folder.ts';
import { stepping } from './steps.ts';

/** A folder as a kill after any of these steps would leave it. */
interface Left {
  readonly folder: string;
  /** Their numbers, from 1, with their names. */
  readonly after: { readonly step: number; readonly name: string }[];
}

/**
 * Runs `work` on the data folder, and copies that after each step into a folder below `to`. Steps that left the same
 * bytes share a copy. The last is `done`: what there is at the end.
 */
export async function copiesAfterSteps(
  folder: string,
  to: string,
  work: (world: World) => Promise<void>,
): Promise<Left[]> {
  const copies = new Map<string, Left>();
  let steps = 0;
  // All at once, while whoever made the step waits: nothing moves on meanwhile.
  const copyNow = (name: string) => {
    steps += 1;
    const content = contentOf(folder);
    const copy = copies.get(content) ?? { folder: join(to, String(steps)), after: [] };
    if (copy.after.length === 0) cpSync(folder, copy.folder, { recursive: true });
    copy.after.push({ step: steps, name });
    copies.set(content, copy);
  };
  const { world, close } = await openFolder(folder);
  await work(stepping(world, copyNow)).finally(close);
  copyNow('done');
  return [...copies.values()];
}

/** Of all files but the index of SQLite's log, which the first who opens a database makes anew. */
function contentOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of globSync('**/*', { cwd: folder }).toSorted()) {
    const path = join(folder, name);
    if (name.endsWith('-shm') || !statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    hash.update(`${name} ${bytes.length} `).update(bytes);
  }
  return hash.digest('hex');
}
